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
package io.sessionclusters.mapping;

import io.sessionclusters.api.v1alpha1.SessionClusterStatus.ApplicationConfig;
import io.sessionclusters.cloud.CloudSession;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a session as a mirror shows them: secrets hidden, each text bounded, and not more
 * of them than an object can hold. Where some are left out, the last entry says so.
 */
final class ShownConfigs {

  static final int MOST = 256;

  /** Characters of all file names, keys and values together. */
  static final int MAX_LENGTH = 32 * 1024;

  static final ApplicationConfig LEFT_OUT =
      of(CloudSession.ApplicationConfig.LEFT_OUT, TokenTrace.of(null));

  private ShownConfigs() {}

  /** Null for an empty list, which is left out of the status. */
  static @Nullable List<ApplicationConfig> of(
      List<CloudSession.ApplicationConfig> configs, TokenTrace token) {
    if (configs.isEmpty()) {
      return null;
    }
    var shown = new ArrayList<ApplicationConfig>();
    int length = 0;
    for (CloudSession.ApplicationConfig config : configs) {
      ApplicationConfig next = of(config, token);
      length += length(next.configFileName());
      length += length(next.configItemKey());
      length += length(next.configItemValue());
      if (shown.size() == MOST || length > MAX_LENGTH) {
        shown.add(LEFT_OUT);
        break;
      }
      shown.add(next);
    }
    return List.copyOf(shown);
  }

  private static ApplicationConfig of(CloudSession.ApplicationConfig config, TokenTrace token) {
    String key = config.configItemKey();
    return new ApplicationConfig(
        SessionMapping.shortText(Redaction.word(token.hide(config.configFileName()))),
        SessionMapping.shortText(Redaction.word(token.hide(key))),
        SessionMapping.longText(Redaction.value(key, token.hide(config.configItemValue()))));
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }
}
