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
package io.sessionclusters.cloud.emr;

/** What a body with HTTP 200 can be: a page, or an error that came as a success. */
public sealed interface PageBody permits PageResult.Page, PageBody.Fault {

  /**
   * The vendor's error, wherever it came.
   *
   * @param code as it came; empty if there was none
   * @param message as it came: may hold secrets and ids
   * @param requestId as it came; empty if there was none
   */
  record Fault(String code, String message, String requestId) implements PageBody {

    /** Nothing that the vendor said could be read. */
    public static final Fault UNREADABLE = new Fault("", "", "");

    @Override
    public String toString() {
      return "Fault[" + code + "]";
    }
  }
}
