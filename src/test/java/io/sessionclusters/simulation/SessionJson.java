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
package io.sessionclusters.simulation;

import java.util.Locale;
import java.util.Set;

/** A session in the API's JSON, with secrets wherever one was ever seen, or may be. */
final class SessionJson {

  private SessionJson() {}

  static void append(
      StringBuilder json,
      SimSession session,
      Set<CloudQuirks.Omission> without,
      CloudQuirks quirks) {
    String secret = Marks.SECRET + "-" + session.id();
    String token = session.connectionToken();
    // What quotes the token has nothing in it that looks like a secret, but for the token itself.
    String quoted = token == null || !quirks.quotesTokens ? "none" : token;
    json.append('{');
    field(json, "workspaceId", "w");
    field(json, "sessionClusterId", session.id());
    field(json, "userId", "u-" + session.revision());
    field(json, "userName", "user " + session.revision());
    if (!without.contains(CloudQuirks.Omission.NAME)) {
      field(json, "name", session.name());
    }
    if (!without.contains(CloudQuirks.Omission.KIND)) {
      field(json, "kind", session.kind());
    }
    field(json, "queueName", session.queueName());
    if (!without.contains(CloudQuirks.Omission.STATE)) {
      field(
          json,
          "state",
          quirks.lowerCase ? session.state().toLowerCase(Locale.ROOT) : session.state());
    }
    json.append("\"stateChangeReason\":{\"code\":\"200\",\"message\":\"opened for ")
        .append(quoted)
        .append("\"},\"autoStartConfiguration\":{\"enable\":true},")
        .append("\"autoStopConfiguration\":{\"enable\":true,\"idleTimeoutMinutes\":")
        .append(45 + session.revision())
        .append("},\"applicationConfigs\":[");
    config(json, "spark.executor.cores", "4");
    json.append(',');
    config(json, "spark.ssl.keyPassword", secret + "-key");
    json.append(',');
    config(json, "spark.conf", "password=" + secret + "-value");
    json.append(',');
    config(json, "spark.url", "jdbc:hive2://h/;httpPath=cliservice/" + quoted);
    json.append("],");
    field(json, "webUI", "http://spark-ui/" + session.id() + "?t=" + secret + "-ui");
    field(json, "releaseVersion", "esr-4.0.0 (Spark 3.5.2, Scala 2.12)");
    field(json, "displayReleaseVersion", "esr-4.0.0");
    field(json, "draftId", "TSK-" + session.id() + "\\n");
    field(json, "domain", "gw.example.com");
    field(json, "domainInner", "gw-internal.example.com");
    json.append("\"fusion\":false,\"gmtCreate\":").append(session.gmtCreate()).append(',');
    if (session.startTime() != null) {
      json.append("\"startTime\":").append(session.startTime()).append(',');
    }
    field(json, "extra", "{\\\"see\\\":\\\"" + quoted + "\\\"}");
    if (token != null) {
      field(json, "connectionToken", token);
    }
    json.append("\"publicEndpointEnabled\":true}");
  }

  private static void config(StringBuilder json, String key, String value) {
    json.append('{');
    field(json, "configFileName", "spark-defaults.conf");
    field(json, "configItemKey", key);
    json.append("\"configItemValue\":\"").append(value).append("\"}");
  }

  private static void field(StringBuilder json, String name, String value) {
    json.append('"').append(name).append("\":\"").append(value).append("\",");
  }
}
