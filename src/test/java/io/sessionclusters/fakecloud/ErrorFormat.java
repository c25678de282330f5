/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.sessionclusters.fakecloud;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;

/** The shapes in which errors of the API have been seen. */
public enum ErrorFormat {
  /** {@code {"RequestId","Message","Recommend","HostId","Code"}}. */
  JSON,
  /** The same with keys that start in lower case. */
  LOWER_CASE_JSON,
  /** {@code text/xml;charset=utf-8}, the keys as elements. */
  XML,
  /** A load balancer's page: the code and message of the API are not in it. */
  HTML,
  /** A status line and headers, nothing else. */
  EMPTY;

  private static final String JSON_TYPE = "application/json;charset=utf-8";

  RawResponse write(ApiError error, String requestId, String host) {
    return switch (this) {
      case JSON -> json(error, requestId, host);
      case LOWER_CASE_JSON -> lowerCaseJson(error, requestId, host);
      case XML -> xml(error, requestId, host);
      case HTML -> html(error.status());
      case EMPTY -> new RawResponse(error.status(), Map.of(), Body.NONE);
    };
  }

  private static RawResponse json(ApiError error, String requestId, String host) {
    var body =
        JsonNodeFactory.instance
            .objectNode()
            .put("RequestId", requestId)
            .put("Message", error.message())
            .put("Recommend", recommend(error))
            .put("HostId", host)
            .put("Code", error.code());
    return RawResponse.of(error.status(), JSON_TYPE, Body.of(body.toString()));
  }

  private static RawResponse lowerCaseJson(ApiError error, String requestId, String host) {
    var body =
        JsonNodeFactory.instance
            .objectNode()
            .put("requestId", requestId)
            .put("message", error.message())
            .put("recommend", recommend(error))
            .put("hostId", host)
            .put("code", error.code());
    return RawResponse.of(error.status(), JSON_TYPE, Body.of(body.toString()));
  }

  private static RawResponse xml(ApiError error, String requestId, String host) {
    String body =
        "<?xml version='1.0' encoding='UTF-8'?><Error>"
            + element("RequestId", requestId)
            + element("HostId", host)
            + element("Code", error.code())
            + element("Message", error.message())
            + element("Recommend", recommend(error))
            + "</Error>";
    return RawResponse.of(error.status(), "text/xml;charset=utf-8", Body.of(body));
  }

  private static RawResponse html(int status) {
    String body =
        "<html><head><title>%d</title></head><body><h1>%d</h1><hr>Powered by Tengine</body></html>\n"
            .formatted(status, status);
    return RawResponse.of(status, "text/html", Body.of(body));
  }

  private static String recommend(ApiError error) {
    return "https://api.aliyun.com/troubleshoot?q=" + error.code();
  }

  private static String element(String name, String text) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    return "<" + name + ">" + escaped + "</" + name + ">";
  }
}
