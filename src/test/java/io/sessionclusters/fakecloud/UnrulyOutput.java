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
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;

/** Passes a body on, but stalls, drips or breaks off in it as a {@link Delivery} says. */
final class UnrulyOutput extends OutputStream {

  private final OutputStream out;
  private final Delivery delivery;
  private final long middle;
  private long written;

  /**
   * @param length of the whole body, -1 if unknown
   */
  UnrulyOutput(OutputStream out, Delivery delivery, long length) {
    this.out = out;
    this.delivery = delivery;
    this.middle = length < 0 ? 512 : length / 2;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int before = Math.clamp(middle - written, 0, length);
    pass(bytes, offset, before);
    if (written == middle && before < length) {
      trouble();
    }
    pass(bytes, offset + before, length - before);
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  private void trouble() throws IOException {
    out.flush();
    pause(delivery.inBody());
    if (delivery.cut() == Delivery.Cut.IN_BODY) {
      throw new ConnectionCutException();
    }
  }

  private void pass(byte[] bytes, int offset, int length) throws IOException {
    if (delivery.perByte().isZero()) {
      out.write(bytes, offset, length);
    } else {
      for (int i = 0; i < length; i++) {
        pause(delivery.perByte());
        out.write(bytes, offset + i, 1);
        out.flush();
      }
    }
    written += length;
  }

  /**
   * Delivers late, which is what the fault is about: there is nothing to wait for but the time. Not
   * longer than the server lives: closing it interrupts.
   */
  static void pause(Duration wait) throws InterruptedIOException {
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("closing");
    }
  }

  /** The answer ends here, on purpose. */
  static final class ConnectionCutException extends IOException {
    private static final long serialVersionUID = 1;
  }
}
