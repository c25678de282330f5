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
package io.sessionclusters.fakecloud;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** The bytes of a request or an answer: held, or made while they are written. */
sealed interface Body {

  Body NONE = of(new byte[0]);

  /** In bytes; -1 when it is not known before the last byte is written. */
  long length();

  void writeTo(OutputStream out) throws IOException;

  static Body of(byte[] bytes) {
    return new Held(bytes.clone());
  }

  static Body of(String text) {
    return new Held(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A valid page of exactly that many bytes, with as many sessions as fit; never held in memory.
   *
   * @param size in bytes, at least a few hundred
   */
  static Body hugePage(long size) {
    return new HugePage(size);
  }

  /** The huge page, compressed to about a thousandth of its size. */
  static Body gzipBomb(long size) {
    return new Gzipped(new HugePage(size));
  }

  /** Bytes in memory. */
  final class Held implements Body {
    private final byte[] bytes;

    private Held(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes.clone();
    }

    Held gzipped() {
      var out = new ByteArrayOutputStream();
      try {
        new Gzipped(this).writeTo(out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new Held(out.toByteArray());
    }

    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      out.write(bytes);
    }
  }

  /** Another body, compressed while it is written. */
  record Gzipped(Body plain) implements Body {
    @Override
    public long length() {
      return -1;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      // Finished, not closed: the connection may live on.
      var gzip = new GZIPOutputStream(out, 8192);
      plain.writeTo(gzip);
      gzip.finish();
    }
  }

  /** A page of one session after the other. */
  record HugePage(long length) implements Body {
    private static final byte[] HEAD =
        "{\"requestId\":\"HUGE\",\"sessionClusters\":[{}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] TAIL = "]}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SESSION =
        ("," + FakeSession.sql("sc-huge").json()).getBytes(StandardCharsets.UTF_8);

    @Override
    public void writeTo(OutputStream out) throws IOException {
      long left = length - HEAD.length - TAIL.length;
      out.write(HEAD);
      for (; left >= SESSION.length; left -= SESSION.length) {
        out.write(SESSION);
      }
      for (; left > 0; left--) {
        out.write(' ');
      }
      out.write(TAIL);
    }
  }
}
