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
package io.sessionclusters.cloud.credentials;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;

/** The profiles of the vendor's command line tool, {@code ~/.aliyun/config.json}. */
final class CliProfiles {

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** Of profiles that name one another. */
  private static final int LONGEST_CHAIN = 5;

  private final JsonNode config;
  private final Profile profile;

  /**
   * @param file for messages
   */
  CliProfiles(String content, Path file) {
    JsonNode read;
    try {
      read = JSON.readTree(content);
    } catch (JsonProcessingException _) {
      // Its message would quote the text.
      read = MissingNode.getInstance();
    }
    this.config = read;
    this.profile = new Profile(file);
  }

  /**
   * Who a profile says the operator is.
   *
   * @param name of the profile; empty for the current one
   */
  Identity identity(String name) {
    return identity(name.isEmpty() ? config.path("current").asText("") : name, LONGEST_CHAIN);
  }

  private Identity identity(String name, int chain) {
    for (JsonNode each : config.path("profiles")) {
      if (!name.isEmpty() && text(each, "name").equals(name)) {
        return chain == 0 ? profile.unusable("names itself as its source") : identity(each, chain);
      }
    }
    return profile.unusable("does not exist");
  }

  private Identity identity(JsonNode each, int chain) {
    if (!text(each, "policy").isEmpty()) {
      return profile.unusable("has a policy, which the operator does not support");
    }
    return switch (text(each, "mode")) {
      case "AK" -> key(each, "");
      case "StsToken" -> key(each, text(each, "sts_token"));
      case "RamRoleArn" -> assumed(key(each, ""), each);
      case "ChainableRamRoleArn" ->
          assumed(identity(text(each, "source_profile"), chain - 1), each);
      case "EcsRamRole" -> new Identity.Machine(text(each, "ram_role_name"), false);
      case "OIDC" ->
          profile.serviceAccount(
              text(each, "ram_role_arn"),
              text(each, "oidc_provider_arn"),
              text(each, "oidc_token_file"),
              text(each, "ram_session_name"));
      default -> profile.unusable("has a mode that the operator does not support");
    };
  }

  private Identity key(JsonNode each, String token) {
    return profile.key(text(each, "access_key_id"), text(each, "access_key_secret"), token);
  }

  private Identity assumed(Identity base, JsonNode each) {
    return profile.assumed(base, text(each, "ram_role_arn"), text(each, "external_id"));
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText("").strip();
  }
}
