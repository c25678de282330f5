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

import java.io.IOException;

/** A port cannot be bound; the message is for the administrator. */
public final class CannotBindException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CannotBindException(String name, int port, IOException cause) {
    super("cannot bind %s port %d: %s".formatted(name, port, cause.getMessage()), cause);
  }
}
