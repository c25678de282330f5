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
package io.sessionclusters.cloud.http;

import io.sessionclusters.cloud.CloudError;
import java.io.IOException;
import java.io.InputStream;

/**
 * Fails as soon as more bytes come than are allowed, instead of reading on. Closing it does not
 * close what it reads from: to close an HTTP body means to read it to its end, however long.
 */
public final class BoundedInputStream extends InputStream {

  private final InputStream in;
  private final long bound;
  private final Meter meter;
  private long count;

  /** Counts what came, and may object. */
  @FunctionalInterface
  public interface Meter {
    void count(long bytes) throws IOException;
  }

  /**
   * @param bound the most bytes that may come
   * @param meter counts all that come
   */
  public BoundedInputStream(InputStream in, long bound, Meter meter) {
    this.in = in;
    this.bound = bound;
    this.meter = meter;
  }

  public BoundedInputStream(InputStream in, long bound) {
    this(in, bound, _ -> {});
  }

  @Override
  public int read() throws IOException {
    int b = in.read();
    if (b >= 0) {
      count(1);
    }
    return b;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = in.read(buffer, offset, length);
    if (read > 0) {
      count(read);
    }
    return read;
  }

  /** Decompression asks for it, to find out whether more follows. */
  @Override
  public int available() throws IOException {
    return in.available();
  }

  private void count(int bytes) throws IOException {
    count += bytes;
    if (count > bound) {
      throw new MalformedResponseException(CloudError.Kind.BODY_TOO_LARGE, "");
    }
    meter.count(bytes);
  }
}
