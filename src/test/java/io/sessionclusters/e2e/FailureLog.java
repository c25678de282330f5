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
package io.sessionclusters.e2e;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.sessionclusters.cloud.CloudError;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** What the operator's log says of each listing that failed: what the status must not say too. */
final class FailureLog implements AutoCloseable {

  /** One failed listing of a source, named {@code namespace/name}. */
  record Failure(String source, CloudError.Kind kind, String requestId) {}

  private final List<Failure> failures = new CopyOnWriteArrayList<>();
  private final Logger logger =
      (Logger) LoggerFactory.getLogger("io.sessionclusters.source.SourceLister");
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getMessage().equals("listing failed: {}")) {
            Map<String, Object> values =
                event.getKeyValuePairs().stream()
                    .collect(Collectors.toMap(pair -> pair.key, pair -> pair.value));
            failures.add(
                new Failure(
                    String.valueOf(event.getMDCPropertyMap().get("labels.source")),
                    (CloudError.Kind) Objects.requireNonNull(values.get("kind")),
                    String.valueOf(values.get("requestId"))));
          }
        }
      };

  FailureLog() {
    appender.start();
    logger.addAppender(appender);
  }

  List<Failure> of(String source) {
    return failures.stream().filter(each -> each.source().equals(source)).toList();
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    appender.stop();
  }
}
