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

/** The request ends with this error as its answer. */
final class ApiErrorException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient ApiError error;
  private final ErrorFormat format;

  ApiErrorException(ApiError error) {
    this(error, ErrorFormat.JSON);
  }

  ApiErrorException(ApiError error, ErrorFormat format) {
    super(error.code());
    this.error = error;
    this.format = format;
  }

  RawResponse response(String requestId, String host) {
    return format.write(error, requestId, host);
  }

  ApiError error() {
    return error;
  }
}
