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

/**
 * The vendor's error as it came, with any HTTP status.
 *
 * @param code empty if there was none
 * @param message may hold secrets and ids
 * @param requestId empty if there was none
 */
public record VendorError(String code, String message, String requestId) {

  /** Nothing that the vendor said could be read. */
  static final VendorError UNREADABLE = new VendorError("", "", "");

  @Override
  public String toString() {
    return "VendorError[" + code + "]";
  }
}
