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
import io.sessionclusters.cloud.AssumedRole;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.SecretValue;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Reads the profiles of the vendor's command line tool, {@code ~/.aliyun/config.json}, and of its
 * SDKs, {@code ~/.alibabacloud/credentials.ini}. The vendor's library parses the latter once a
 * process and never again, so it is done here.
 *
 * @param file that holds the profile, for messages
 */
record ProfileReader(Path file) {

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** Of profiles that name one another. */
  private static final int LONGEST_CHAIN = 5;

  /**
   * Who a profile of the command line tool says the operator is.
   *
   * @param name of the profile; empty for the current one
   */
  Identity commandLine(String content, String name) {
    JsonNode config;
    try {
      config = JSON.readTree(content);
    } catch (JsonProcessingException _) {
      // Its message would quote the text.
      config = MissingNode.getInstance();
    }
    return commandLine(
        config, name.isEmpty() ? config.path("current").asText("") : name, LONGEST_CHAIN);
  }

  private Identity commandLine(JsonNode config, String name, int chain) {
    for (JsonNode profile : config.path("profiles")) {
      UnaryOperator<String> field = key -> profile.path(key).asText("").strip();
      if (!name.isEmpty() && field.apply("name").equals(name)) {
        return chain == 0
            ? unusable("it names itself as its source")
            : identity("mode", field, source -> commandLine(config, source, chain - 1));
      }
    }
    return unusable("it does not exist");
  }

  /**
   * Who a profile of the SDKs says the operator is.
   *
   * @param name of the section
   * @return empty if there is no such section, or it is not enabled
   */
  Optional<Identity> sdk(String content, String name) {
    Map<String, String> section = section(content, name);
    return Boolean.parseBoolean(section.get("enable"))
        ? Optional.of(
            identity(
                "type",
                key -> section.getOrDefault(key, ""),
                _ -> unusable("it cannot name another profile")))
        : Optional.empty();
  }

  /** The section's keys and values; empty if there is no such section. */
  private static Map<String, String> section(String content, String name) {
    var section = new HashMap<String, String>();
    boolean inside = false;
    for (String raw : content.lines().toList()) {
      String line = raw.strip();
      int equals = line.indexOf('=');
      if (line.startsWith("[")) {
        int end = line.indexOf(']');
        inside = end > 0 && line.substring(1, end).strip().equals(name);
      } else if (inside && equals > 0 && !line.startsWith("#") && !line.startsWith(";")) {
        // A comment begins with a blank before its sign: a secret may hold the sign itself.
        String value = line.substring(equals + 1).replaceFirst("\\s[#;].*", "").strip();
        section.put(line.substring(0, equals).strip(), value);
      }
    }
    return section;
  }

  /**
   * Who a profile says the operator is, with the words of both formats.
   *
   * @param kind the field that says how the key is obtained
   * @param field the value of a field; empty if there is none
   * @param profiles of the same file by their names
   */
  private Identity identity(
      String kind, UnaryOperator<String> field, Function<String, Identity> profiles) {
    if (!field.apply("policy").isEmpty()) {
      return unusable("policy is not supported");
    }
    return switch (field.apply(kind)) {
      case "AK", "access_key", "sts" -> key(field, "security_token");
      case "StsToken" -> key(field, "sts_token");
      case "RamRoleArn" -> assumed(key(field, "security_token"), "ram_role_arn", field);
      case "ram_role_arn" -> assumed(key(field, "security_token"), "role_arn", field);
      case "ChainableRamRoleArn" ->
          assumed(profiles.apply(field.apply("source_profile")), "ram_role_arn", field);
      case "EcsRamRole" -> new Identity.EcsRamRole(field.apply("ram_role_name"), false);
      case "ecs_ram_role" -> new Identity.EcsRamRole(field.apply("role_name"), false);
      case "OIDC" ->
          oidcRole(
              field.apply("ram_role_arn"),
              field.apply("oidc_provider_arn"),
              field.apply("oidc_token_file"),
              field.apply("ram_session_name"));
      case "oidc_role_arn" ->
          oidcRole(
              field.apply("role_arn"),
              field.apply("oidc_provider_arn"),
              field.apply("oidc_token_file_path"),
              field.apply("role_session_name"));
      default -> unusable("this " + kind + " is not supported");
    };
  }

  private Identity key(UnaryOperator<String> field, String token) {
    String id = field.apply("access_key_id");
    String secret = field.apply("access_key_secret");
    return id.isEmpty() || secret.isEmpty()
        ? unusable("missing access key ID or secret")
        : new Identity.StaticKey(
            new Credentials(id, new SecretValue(secret), new SecretValue(field.apply(token))));
  }

  private Identity oidcRole(String role, String provider, String tokenFile, String sessionName) {
    return role.isEmpty() || provider.isEmpty() || tokenFile.isEmpty()
        ? unusable("missing ARN of the role or of the identity provider, or token file")
        : new Identity.OidcRole(
            role,
            provider,
            tokenFile,
            sessionName.isEmpty() ? StsClient.SESSION_NAME : sessionName);
  }

  private Identity assumed(Identity base, String arn, UnaryOperator<String> field) {
    if (base instanceof Identity.Unusable) {
      return base;
    }
    String externalId = field.apply("external_id");
    try {
      return new Identity.RamRole(
          base, new AssumedRole(field.apply(arn), externalId.isEmpty() ? null : externalId));
    } catch (IllegalArgumentException _) {
      return unusable("invalid role ARN or external ID");
    }
  }

  private Identity unusable(String problem) {
    return new Identity.Unusable("profile in " + file + ": " + problem);
  }
}
