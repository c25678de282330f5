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

import io.fabric8.kubernetes.api.model.Condition;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.RecordType;
import io.sessionclusters.cloud.SecretValue;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A keyed hash of 128 bits: two contents with the same digest are the same. An unchanged poll
 * compares digests and maps nothing, which would cost more than the rest of the poll.
 *
 * <p>It is SipHash-2-4 (Aumasson and Bernstein) with a random key of this process: nobody who names
 * sessions can make two contents with one digest, at a fraction of what SHA-256 costs without the
 * processor's help, which the JVM's first compiler does not use. Never stored or shown: the next
 * process has other digests.
 *
 * @param first bytes 0 to 7, little endian
 * @param second bytes 8 to 15
 */
public record Digest(long first, long second) {

  /**
   * Collects a content field by field, in words of 64 bits. Every field is written with its length,
   * and absence is another thing than emptiness, so no two contents are written alike. Reusable
   * after {@link #finish()}; not thread-safe.
   */
  public static final class Builder {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long KEY_0 = RANDOM.nextLong();
    private static final long KEY_1 = RANDOM.nextLong();

    /** A flag is 0, 1 or 2, and a text begins with a negative number. */
    private static final long ABSENT = 3;

    private static final int CHARS_A_WORD = Long.BYTES / Character.BYTES;
    private static final int NONE = -1;
    private static final RecordType<CloudSession> SESSION = RecordType.of(CloudSession.class);

    /** Part of a mirror's identity, not of its status. */
    private static final int WORKSPACE = SESSION.indexOf("workspaceId");

    private final long key0;
    private final long key1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long words;

    public Builder() {
      this(KEY_0, KEY_1);
    }

    Builder(long key0, long key1) {
      this.key0 = key0;
      this.key1 = key1;
      begin();
    }

    private void begin() {
      v0 = key0 ^ 0x736f6d6570736575L;
      v1 = key1 ^ 0x646f72616e646f6dL ^ 0xee;
      v2 = key0 ^ 0x6c7967656e657261L;
      v3 = key1 ^ 0x7465646279746573L;
      words = 0;
    }

    public Builder text(@Nullable String text) {
      if (text == null) {
        return number(ABSENT);
      }
      int length = text.length();
      number(~length);
      for (int begin = 0; begin < length; begin += CHARS_A_WORD) {
        long word = 0;
        for (int i = Math.min(begin + CHARS_A_WORD, length) - 1; i >= begin; i--) {
          word = (word << Character.SIZE) | text.charAt(i);
        }
        number(word);
      }
      return this;
    }

    public Builder number(long word) {
      words++;
      compress(word);
      return this;
    }

    public Builder flag(@Nullable Boolean flag) {
      return number(flag == null ? 0 : flag ? 1 : 2);
    }

    /**
     * Any value that a session or a status holds: a record component by component, of a time the
     * whole seconds, which are all that Kubernetes knows, and a condition without its transition
     * time, which depends on history and not on the API.
     *
     * @throws IllegalArgumentException for a value of another type
     */
    public Builder value(@Nullable Object value) {
      switch (value) {
        case null -> flag(null);
        case String text -> text(text);
        case Boolean flag -> flag(flag);
        case Integer number -> flag(true).number(number);
        case Long number -> flag(true).number(number);
        case Instant time -> flag(true).number(time.getEpochSecond());
        case SecretValue secret -> text(secret.reveal());
        case List<?> list -> {
          number(list.size() + 1L);
          for (int i = 0; i < list.size(); i++) {
            value(list.get(i));
          }
        }
        case Condition condition ->
            flag(true)
                .text(condition.getType())
                .text(condition.getStatus())
                .text(condition.getReason())
                .text(condition.getMessage())
                .value(condition.getObservedGeneration());
        case Record record -> flag(true).components(record, RecordType.of(record), NONE);
        default -> throw new IllegalArgumentException("no digest of a " + value.getClass());
      }
      return this;
    }

    private <R extends Record> Builder components(R record, RecordType<R> type, int except) {
      for (int i = 0; i < type.size(); i++) {
        if (i != except) {
          value(type.get(record, i));
        }
      }
      return this;
    }

    /**
     * The digest of a mirror's status: of every field that the operator writes. That of what the
     * API returned and that of what Kubernetes holds are equal exactly if the mirror needs no
     * write: an absent list is another one than an empty list, as in the JSON.
     *
     * @param status null is the status of an object that has none
     */
    public Digest status(@Nullable SessionClusterStatus status) {
      return value(status).finish();
    }

    /**
     * The digest of all that a mirror's status is made of: the session as it came, its token too,
     * which decides what is hidden, and whether the mirror has a connection Secret. Two sessions
     * with the same fingerprint map to the same status.
     *
     * @param refersToSecret whether the status shall name the connection Secret
     */
    public Digest fingerprint(CloudSession session, boolean refersToSecret) {
      return flag(refersToSecret).components(session, SESSION, WORKSPACE).finish();
    }

    /** The digest of all that was written since the last call. */
    public Digest finish() {
      compress((words * Long.BYTES) << 56);
      v2 ^= 0xee;
      rounds(4);
      long first = v0 ^ v1 ^ v2 ^ v3;
      v1 ^= 0xdd;
      rounds(4);
      long second = v0 ^ v1 ^ v2 ^ v3;
      begin();
      return new Digest(first, second);
    }

    private void compress(long word) {
      v3 ^= word;
      rounds(2);
      v0 ^= word;
    }

    private void rounds(int count) {
      // In locals: the JVM's first compiler would load and store a field at each step.
      long a = v0;
      long b = v1;
      long c = v2;
      long d = v3;
      for (int i = 0; i < count; i++) {
        a += b;
        b = Long.rotateLeft(b, 13) ^ a;
        a = Long.rotateLeft(a, 32);
        c += d;
        d = Long.rotateLeft(d, 16) ^ c;
        a += d;
        d = Long.rotateLeft(d, 21) ^ a;
        c += b;
        b = Long.rotateLeft(b, 17) ^ c;
        c = Long.rotateLeft(c, 32);
      }
      v0 = a;
      v1 = b;
      v2 = c;
      v3 = d;
    }
  }
}
