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
package io.sessionclusters.ops;

import ch.qos.logback.classic.spi.ILoggingEvent;
import co.elastic.logging.JsonUtils;
import co.elastic.logging.logback.EcsEncoder;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * A log event as one line of JSON in the Elastic Common Schema. The key-value pairs of an event
 * become {@code labels}, which the schema keeps for an application's own words: as fields of their
 * own, {@code source} or {@code status} would be others' words of another type.
 */
public final class EcsLineEncoder extends EcsEncoder {

  @Override
  protected void addCustomFields(ILoggingEvent event, StringBuilder line) {
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs == null) {
      return;
    }
    for (KeyValuePair pair : pairs) {
      line.append("\"labels.");
      JsonUtils.quoteAsString(pair.key, line);
      line.append("\":\"");
      JsonUtils.quoteAsString(String.valueOf(pair.value), line);
      line.append("\",");
    }
  }
}
