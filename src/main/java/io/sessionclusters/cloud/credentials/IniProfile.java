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

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A profile of the vendor's SDKs, a section of {@code ~/.alibabacloud/credentials.ini}. The
 * vendor's library parses the file once a process and never again, so it is done here.
 */
final class IniProfile {

  private IniProfile() {}

  /**
   * Who a profile says the operator is.
   *
   * @param file for messages
   * @param name of the section
   * @return empty if there is no such section, or it is not enabled
   */
  static Optional<Identity> read(String content, Path file, String name) {
    Map<String, String> section = section(content, name);
    return Boolean.parseBoolean(section.get("enable"))
        ? Optional.of(identity(section, new Profile(file)))
        : Optional.empty();
  }

  private static Identity identity(Map<String, String> section, Profile profile) {
    if (section.containsKey("policy")) {
      return profile.unusable("has a policy, which the operator does not support");
    }
    Identity key =
        profile.key(
            text(section, "access_key_id"),
            text(section, "access_key_secret"),
            text(section, "security_token"));
    return switch (text(section, "type")) {
      case "access_key", "sts" -> key;
      case "ram_role_arn" ->
          profile.assumed(key, text(section, "role_arn"), text(section, "external_id"));
      case "ecs_ram_role" -> new Identity.Machine(text(section, "role_name"), false);
      case "oidc_role_arn" ->
          profile.serviceAccount(
              text(section, "role_arn"),
              text(section, "oidc_provider_arn"),
              text(section, "oidc_token_file_path"),
              text(section, "role_session_name"));
      default -> profile.unusable("has a type that the operator does not support");
    };
  }

  /** The section's keys and values; empty if there is no such section. */
  private static Map<String, String> section(String content, String name) {
    var section = new HashMap<String, String>();
    boolean inside = false;
    for (String raw : content.lines().toList()) {
      String line = raw.strip();
      if (line.startsWith("[")) {
        int end = line.indexOf(']');
        inside = end > 0 && line.substring(1, end).strip().equals(name);
      } else if (inside && !line.startsWith("#") && !line.startsWith(";")) {
        int equals = line.indexOf('=');
        if (equals > 0) {
          section.put(
              line.substring(0, equals).strip(), withoutComment(line.substring(equals + 1)));
        }
      }
    }
    return section;
  }

  /** A comment begins with a blank before its sign: a secret may hold the sign itself. */
  private static String withoutComment(String value) {
    return value.replaceFirst("\\s[#;].*", "").strip();
  }

  private static String text(Map<String, String> section, String key) {
    return section.getOrDefault(key, "");
  }
}
