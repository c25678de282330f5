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
package io.sessionclusters.cloud;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sessionclusters.cloud.CloudSession.ApplicationConfig;
import io.sessionclusters.cloud.CloudSession.AutoStartConfiguration;
import io.sessionclusters.cloud.CloudSession.AutoStopConfiguration;
import io.sessionclusters.cloud.CloudSession.StateChangeReason;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one element of {@code sessionClusters} from the stream into a record, without a tree and
 * without reflection: it is the hot path of an unchanged poll.
 */
final class SessionReader {

  /** Settings of one session that are kept, far more than are ever shown. */
  private static final int MAX_CONFIGS = 1000;

  private final JsonParser parser;
  private final FieldReader fields;

  SessionReader(JsonParser parser) {
    this.parser = parser;
    this.fields = new FieldReader(parser);
  }

  /**
   * Reads the object that has just started.
   *
   * @return null if it has no id
   */
  @Nullable CloudSession read() throws IOException {
    String workspaceId = null;
    String sessionClusterId = null;
    String userId = null;
    String userName = null;
    String name = null;
    String kind = null;
    String queueName = null;
    String state = null;
    StateChangeReason stateChangeReason = null;
    AutoStartConfiguration autoStart = null;
    AutoStopConfiguration autoStop = null;
    List<ApplicationConfig> applicationConfigs = List.of();
    String webUI = null;
    String releaseVersion = null;
    String displayReleaseVersion = null;
    String draftId = null;
    String domain = null;
    String domainInner = null;
    Boolean fusion = null;
    Instant gmtCreate = null;
    Instant startTime = null;
    String extra = null;
    Boolean publicEndpointEnabled = null;
    String connectionToken = null;
    for (String f = parser.nextFieldName(); f != null; f = parser.nextFieldName()) {
      switch (f) {
        case "workspaceId" -> workspaceId = fields.repeatedText("workspaceId");
        case "sessionClusterId" -> {
          if (sessionClusterId != null) {
            throw FieldReader.wrongType("sessionClusterId", "there once");
          }
          sessionClusterId = fields.text("sessionClusterId");
        }
        case "userId" -> userId = fields.repeatedText("userId");
        case "userName" -> userName = fields.repeatedText("userName");
        case "name" -> name = fields.longText("name");
        case "kind" -> kind = fields.repeatedText("kind");
        case "queueName" -> queueName = fields.repeatedText("queueName");
        case "state" -> state = fields.repeatedText("state");
        case "stateChangeReason" -> stateChangeReason = stateChangeReason();
        case "autoStartConfiguration" -> autoStart = autoStart();
        case "autoStopConfiguration" -> autoStop = autoStop();
        case "applicationConfigs" -> applicationConfigs = applicationConfigs();
        case "webUI" -> webUI = fields.longText("webUI");
        case "releaseVersion" -> releaseVersion = fields.repeatedText("releaseVersion");
        case "displayReleaseVersion" ->
            displayReleaseVersion = fields.repeatedText("displayReleaseVersion");
        case "draftId" -> draftId = fields.longText("draftId");
        case "domain" -> domain = fields.repeatedText("domain");
        case "domainInner" -> domainInner = fields.repeatedText("domainInner");
        case "fusion" -> fusion = fields.bool("fusion");
        case "gmtCreate" -> gmtCreate = fields.time("gmtCreate");
        case "startTime" -> startTime = fields.time("startTime");
        case "extra" -> extra = fields.longText("extra");
        case "publicEndpointEnabled" ->
            publicEndpointEnabled = fields.bool("publicEndpointEnabled");
        case "connectionToken" -> connectionToken = fields.text("connectionToken");
        default -> fields.skip();
      }
    }
    if (sessionClusterId == null || sessionClusterId.isBlank()) {
      return null;
    }
    return new CloudSession(
        workspaceId,
        SessionId.of(sessionClusterId),
        userId,
        userName,
        name,
        kind,
        queueName,
        state,
        stateChangeReason,
        autoStart,
        autoStop,
        applicationConfigs,
        webUI,
        releaseVersion,
        displayReleaseVersion,
        draftId == null ? null : draftId.strip(),
        domain,
        domainInner,
        fusion,
        gmtCreate,
        startTime,
        extra,
        publicEndpointEnabled,
        connectionToken == null ? null : new SecretValue(connectionToken));
  }

  private @Nullable StateChangeReason stateChangeReason() throws IOException {
    if (!fields.startsObject("stateChangeReason")) {
      return null;
    }
    String code = null;
    String message = null;
    for (String f = parser.nextFieldName(); f != null; f = parser.nextFieldName()) {
      switch (f) {
        case "code" -> code = fields.repeatedText("stateChangeReason.code");
        case "message" -> message = fields.repeatedText("stateChangeReason.message");
        default -> fields.skip();
      }
    }
    return new StateChangeReason(code, message);
  }

  private @Nullable AutoStartConfiguration autoStart() throws IOException {
    if (!fields.startsObject("autoStartConfiguration")) {
      return null;
    }
    Boolean enable = null;
    for (String f = parser.nextFieldName(); f != null; f = parser.nextFieldName()) {
      switch (f) {
        case "enable" -> enable = fields.bool("autoStartConfiguration.enable");
        default -> fields.skip();
      }
    }
    return new AutoStartConfiguration(enable);
  }

  private @Nullable AutoStopConfiguration autoStop() throws IOException {
    if (!fields.startsObject("autoStopConfiguration")) {
      return null;
    }
    Boolean enable = null;
    Integer idleTimeoutMinutes = null;
    for (String f = parser.nextFieldName(); f != null; f = parser.nextFieldName()) {
      switch (f) {
        case "enable" -> enable = fields.bool("autoStopConfiguration.enable");
        case "idleTimeoutMinutes" ->
            idleTimeoutMinutes = fields.integer("autoStopConfiguration.idleTimeoutMinutes");
        default -> fields.skip();
      }
    }
    return new AutoStopConfiguration(enable, idleTimeoutMinutes);
  }

  private List<ApplicationConfig> applicationConfigs() throws IOException {
    if (!fields.startsArray("applicationConfigs")) {
      return List.of();
    }
    var configs = new ArrayList<ApplicationConfig>();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      if (t == JsonToken.START_OBJECT) {
        ApplicationConfig config = applicationConfig();
        if (config != null && configs.size() < MAX_CONFIGS) {
          configs.add(config);
        }
      } else if (t != JsonToken.VALUE_NULL) {
        throw FieldReader.wrongType("applicationConfigs", "a list of objects");
      }
    }
    return configs;
  }

  /** Null for an object that says nothing: a list of millions of them must not fill the heap. */
  private @Nullable ApplicationConfig applicationConfig() throws IOException {
    String fileName = null;
    String key = null;
    String value = null;
    for (String f = parser.nextFieldName(); f != null; f = parser.nextFieldName()) {
      switch (f) {
        case "configFileName" ->
            fileName = fields.repeatedText("applicationConfigs.configFileName");
        case "configItemKey" -> key = fields.repeatedText("applicationConfigs.configItemKey");
        case "configItemValue" -> value = fields.longText("applicationConfigs.configItemValue");
        default -> fields.skip();
      }
    }
    return fileName == null && key == null && value == null
        ? null
        : new ApplicationConfig(fileName, key, value);
  }
}
