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

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/**
 * Reads what the operator logs in place of the console, which would show nothing else, and finds
 * planted secrets in it.
 */
final class LogMarks extends AppenderBase<ILoggingEvent> {

  private static final LogMarks ONE = new LogMarks();

  private final Queue<String> found = new ConcurrentLinkedQueue<>();

  private LogMarks() {}

  static void begin() {
    ONE.found.clear();
    Logger operator = operator();
    ONE.setContext(operator.getLoggerContext());
    ONE.start();
    operator.addAppender(ONE);
    operator.setAdditive(false);
  }

  static void end() {
    operator().detachAppender(ONE);
    operator().setAdditive(true);
  }

  private static Logger operator() {
    return (Logger) LoggerFactory.getLogger("io.sessionclusters");
  }

  /** Lines with a secret in them since {@link #begin}. */
  static List<String> found() {
    return List.copyOf(ONE.found);
  }

  @Override
  protected void append(ILoggingEvent event) {
    String line = event.getFormattedMessage() + " " + event.getKeyValuePairs();
    if (line.contains(Marks.SECRET)) {
      found.add(line);
    }
    for (IThrowableProxy t = event.getThrowableProxy(); t != null; t = t.getCause()) {
      if (String.valueOf(t.getMessage()).contains(Marks.SECRET)) {
        found.add(event.getFormattedMessage() + ": " + t.getMessage());
      }
    }
  }
}
