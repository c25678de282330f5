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

import java.io.IOException;
import java.net.URI;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;

/** Sends HTTP requests: the one way from here to the API. Safe for use by many threads. */
public interface Transport extends AutoCloseable {

  /**
   * Sends a request and receives the header of the response. The body must be read to its end, or
   * the request cancelled: closing a response alone would read the rest of it, however long.
   *
   * @param endpoint scheme, host and port to send to
   */
  ClassicHttpResponse send(URI endpoint, HttpUriRequestBase request) throws IOException;

  /** Where a request goes to, for messages: the host, and the proxy where there is one. */
  String destination(URI endpoint);

  /** Breaks off what is under way and closes all connections. */
  @Override
  void close();
}
