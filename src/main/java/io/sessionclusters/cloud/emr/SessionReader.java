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
package io.sessionclusters.cloud.emr;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.CloudSession.ApplicationConfig;
import io.sessionclusters.cloud.CloudSession.AutoStartConfiguration;
import io.sessionclusters.cloud.CloudSession.AutoStopConfiguration;
import io.sessionclusters.cloud.CloudSession.StateChangeReason;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.SessionId;
import io.sessionclusters.cloud.TextSanitizer;
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

  /** Bytes of settings and long texts that are kept of one session; the rest is left out. */
  static final long MAX_HELD = 64 * 1024;

  /** Bytes of a session's own objects, and of its places in the lists of a listing. */
  private static final long SESSION = 320;

  private static final long SETTING = 64;

  /** Twice what a usable token may have: of a longer one this much tells that it is none. */
  private static final int MAX_TOKEN = 8 * 1024;

  private final JsonParser parser;
  private final FieldReader fields;
  private long settings;

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
    fields.takeHeld();
    settings = 0;
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
        case "workspaceId" -> workspaceId = fields.repeatedWord("workspaceId");
        case "sessionClusterId" -> {
          if (sessionClusterId != null) {
            throw FieldReader.wrongType("sessionClusterId", "there once");
          }
          sessionClusterId = fields.text("sessionClusterId");
        }
        case "userId" -> userId = fields.repeatedWord("userId");
        case "userName" -> userName = fields.repeatedWord("userName");
        case "name" -> name = fields.longText("name");
        case "kind" -> kind = fields.repeatedWord("kind");
        case "queueName" -> queueName = fields.repeatedWord("queueName");
        case "state" -> state = fields.repeatedWord("state");
        case "stateChangeReason" -> stateChangeReason = stateChangeReason();
        case "autoStartConfiguration" -> autoStart = autoStart();
        case "autoStopConfiguration" -> autoStop = autoStop();
        case "applicationConfigs" -> applicationConfigs = applicationConfigs();
        case "webUI" -> webUI = longText("webUI");
        case "releaseVersion" -> releaseVersion = fields.repeatedWord("releaseVersion");
        case "displayReleaseVersion" ->
            displayReleaseVersion = fields.repeatedWord("displayReleaseVersion");
        case "draftId" -> draftId = fields.longText("draftId");
        case "domain" -> domain = fields.repeatedWord("domain");
        case "domainInner" -> domainInner = fields.repeatedWord("domainInner");
        case "fusion" -> fusion = fields.bool("fusion");
        case "gmtCreate" -> gmtCreate = fields.time("gmtCreate");
        case "startTime" -> startTime = fields.time("startTime");
        case "extra" -> extra = longText("extra");
        case "publicEndpointEnabled" ->
            publicEndpointEnabled = fields.bool("publicEndpointEnabled");
        case "connectionToken" -> connectionToken = token();
        default -> fields.skip();
      }
    }
    if (sessionClusterId == null || sessionClusterId.isBlank()) {
      return null;
    }
    return new CloudSession(
        workspaceId,
        fields.kept(SessionId.of(sessionClusterId)),
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

  /** Bytes that the session takes which was read last. */
  long heldBytes() {
    return SESSION + fields.held() + settings;
  }

  /** Bytes that the parser may keep of what was passed over since the last call. */
  long passedOver() {
    return fields.takePassedOver();
  }

  /** A text that may be long; hidden where the session is too large already, as if it were cut. */
  private @Nullable String longText(String field) throws IOException {
    long before = fields.held();
    String text = fields.longText(field);
    return text == null ? null : ifThereIsRoom(text, before);
  }

  private String ifThereIsRoom(String text, long before) {
    if (heldBytes() <= MAX_HELD) {
      return text;
    }
    fields.heldAgain(before);
    return SecretValue.REDACTED;
  }

  private @Nullable String token() throws IOException {
    String token = fields.text("connectionToken");
    return token == null ? null : fields.kept(TextSanitizer.start(token, MAX_TOKEN));
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
        case "message" -> {
          long before = fields.held();
          String text = fields.repeatedText("stateChangeReason.message");
          message = text == null ? null : ifThereIsRoom(text, before);
        }
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
    boolean full = false;
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      if (t == JsonToken.START_OBJECT) {
        long before = fields.held();
        ApplicationConfig config = applicationConfig();
        if (config == null || full || configs.size() == MAX_CONFIGS) {
          fields.heldAgain(before);
        } else if (heldBytes() + SETTING > MAX_HELD) {
          full = true;
          fields.heldAgain(before);
          configs.add(ApplicationConfig.LEFT_OUT);
        } else {
          settings += SETTING;
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
