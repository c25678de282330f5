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

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Frames what is written as chunks (RFC 9112, 7.1), one for each write. */
final class ChunkedOutput extends OutputStream {

  private static final byte[] CRLF = {'\r', '\n'};

  private final OutputStream out;

  ChunkedOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    // An empty chunk would end the body.
    if (length > 0) {
      out.write(Integer.toHexString(length).getBytes(StandardCharsets.US_ASCII));
      out.write(CRLF);
      out.write(bytes, offset, length);
      out.write(CRLF);
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  /** The last chunk. Not called where a body is cut, which is how a client can tell. */
  void end() throws IOException {
    out.write('0');
    out.write(CRLF);
    out.write(CRLF);
  }
}
