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
import io.sessionclusters.cloud.Sha256;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first 128 bits of a SHA-256: two contents with the same digest are the same. An unchanged
 * poll compares digests and maps nothing, which would cost more than the rest of the poll.
 *
 * @param high bits 0 to 63
 * @param low bits 64 to 127
 */
public record Digest(long high, long low) {

  /**
   * Collects a content field by field. Every field is written with its length, and absence is
   * another thing than emptiness, so no two contents are written alike. Reusable after {@link
   * #finish()}; not thread-safe.
   */
  public static final class Builder {

    private static final VarHandle LONGS =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** A text begins with an odd number, a flag is an even one. */
    private static final int ABSENT = 1;

    private static final int SHORTEST = 3;

    /** Of a number. */
    private static final int MOST_BYTES = 10;

    private static final int NONE = -1;
    private static final RecordType<CloudSession> SESSION = RecordType.of(CloudSession.class);

    /** Part of a mirror's identity, not of its status. */
    private static final int WORKSPACE = SESSION.indexOf("workspaceId");

    private final MessageDigest sha256;
    // Holds several fields: one update of the digest costs more than a few hundred bytes.
    private final byte[] buffer = new byte[1024];
    private final byte[] hash = new byte[32];
    private int used;

    public Builder() {
      sha256 = Sha256.create();
    }

    public Builder text(@Nullable String text) {
      if (text == null) {
        return number(ABSENT);
      }
      int length = text.length();
      number(2L * length + SHORTEST);
      for (int i = 0; i < length; i++) {
        number(text.charAt(i));
      }
      return this;
    }

    /** Seven bits a byte, so that what is small, as most characters are, takes one. */
    public Builder number(long number) {
      room(MOST_BYTES);
      long rest = number;
      while ((rest & ~0x7fL) != 0) {
        buffer[used++] = (byte) (rest | 0x80);
        rest >>>= 7;
      }
      buffer[used++] = (byte) rest;
      return this;
    }

    public Builder flag(@Nullable Boolean flag) {
      room(1);
      buffer[used++] = (byte) (flag == null ? 0 : flag ? 2 : 4);
      return this;
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
      sha256.update(buffer, 0, used);
      used = 0;
      try {
        sha256.digest(hash, 0, hash.length);
      } catch (DigestException e) {
        throw new IllegalStateException("the buffer has the digest's length", e);
      }
      return new Digest((long) LONGS.get(hash, 0), (long) LONGS.get(hash, 8));
    }

    private void room(int bytes) {
      if (used + bytes > buffer.length) {
        sha256.update(buffer, 0, used);
        used = 0;
      }
    }
  }
}
