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

import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.CloudSession.ApplicationConfig;
import io.sessionclusters.cloud.CloudSession.AutoStartConfiguration;
import io.sessionclusters.cloud.CloudSession.AutoStopConfiguration;
import io.sessionclusters.cloud.CloudSession.StateChangeReason;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.support.RecordCopy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sessions for tests, of every kind from the documented one to the empty one. */
public final class Sessions {

  private static final List<String> TEXTS =
      List.of("", "a", "A", "ab", "Straße 東京", "x\ny", "token=1", "-1", "null", "a\u0000b");
  private static final List<String> STATES =
      List.of("Running", "running", "Starting", "STOPPED", "Error", "Melting", "two words", "");

  private Sessions() {}

  /** The documented sample, all 24 fields of it, read as a page of the API is read. */
  public static CloudSession documented() {
    return inPage("/cloud/page.json");
  }

  /** A session that shows nothing but its id, read as a page of the API is read. */
  public static CloudSession bare(String id) {
    String page = "{\"sessionClusters\": [{\"sessionClusterId\": \"%s\"}]}".formatted(id);
    return only(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
  }

  /** The documented sample under another id and in another state. */
  public static CloudSession session(String id, String state) {
    return with(with(documented(), "sessionClusterId", id), "state", state);
  }

  /** A running session. */
  public static CloudSession running(String id) {
    return session(id, "Running");
  }

  /** The same session with another value of one of the 24 fields. */
  public static CloudSession with(CloudSession session, String field, @Nullable Object value) {
    return RecordCopy.with(session, field, value);
  }

  /** A session with the settings of one file, as {@code key=value}. */
  public static CloudSession configured(String... settings) {
    return with(
        bare("sc-1"),
        "applicationConfigs",
        List.of(settings).stream()
            .map(s -> s.split("=", 2))
            .map(s -> new ApplicationConfig("spark-defaults.conf", s[0], s[1]))
            .toList());
  }

  /** Any session: few values for each field, so that two of them are often alike in some. */
  public static CloudSession random(RandomGenerator random) {
    return new CloudSession(
        text(random),
        "sc-" + random.nextInt(2),
        text(random),
        text(random),
        text(random),
        text(random),
        text(random),
        random.nextBoolean() ? one(STATES, random) : null,
        reason(random),
        autoStart(random),
        autoStop(random),
        Stream.generate(() -> new ApplicationConfig(text(random), text(random), text(random)))
            .limit(random.nextInt(3))
            .toList(),
        text(random),
        text(random),
        text(random),
        text(random),
        text(random),
        text(random),
        flag(random),
        time(random),
        time(random),
        text(random),
        flag(random),
        random.nextBoolean() ? new SecretValue("t") : null);
  }

  private static @Nullable StateChangeReason reason(RandomGenerator random) {
    return random.nextInt(3) == 0 ? null : new StateChangeReason(text(random), text(random));
  }

  private static @Nullable AutoStartConfiguration autoStart(RandomGenerator random) {
    return random.nextInt(3) == 0 ? null : new AutoStartConfiguration(flag(random));
  }

  private static @Nullable AutoStopConfiguration autoStop(RandomGenerator random) {
    return random.nextInt(3) == 0
        ? null
        : new AutoStopConfiguration(flag(random), random.nextBoolean() ? random.nextInt(2) : null);
  }

  private static @Nullable String text(RandomGenerator random) {
    return random.nextInt(3) == 0 ? null : one(TEXTS, random);
  }

  private static @Nullable Boolean flag(RandomGenerator random) {
    return random.nextInt(3) == 0 ? null : random.nextBoolean();
  }

  private static @Nullable Instant time(RandomGenerator random) {
    return random.nextInt(3) == 0 ? null : Instant.ofEpochMilli(random.nextLong(0, 3000));
  }

  private static String one(List<String> texts, RandomGenerator random) {
    return texts.get(random.nextInt(texts.size()));
  }

  private static CloudSession inPage(String resource) {
    return only(Objects.requireNonNull(Sessions.class.getResourceAsStream(resource), resource));
  }

  private static CloudSession only(InputStream page) {
    try (page) {
      return PageReader.read(page, uncounted(), 1).sessions().getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The share of a listing that may hold as much as it likes. */
  static MemoryBudget.Share uncounted() {
    return new MemoryBudget(Long.MAX_VALUE).open();
  }
}
