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
package io.sessionclusters.cloud.credentials;

import com.aliyun.credentials.http.CompatibleUrlConnClient;
import com.aliyun.credentials.http.HttpRequest;
import com.aliyun.credentials.http.HttpResponse;

/** Remembers how the last request of the vendor's library was answered: its exceptions hide it. */
final class StatusWatch extends CompatibleUrlConnClient {

  private final CompatibleUrlConnClient client;
  private volatile int lastStatus;

  StatusWatch(CompatibleUrlConnClient client) {
    this.client = client;
  }

  @Override
  public HttpResponse syncInvoke(HttpRequest request) {
    lastStatus = 0;
    HttpResponse response = client.syncInvoke(request);
    lastStatus = response.getResponseCode();
    return response;
  }

  /** Of HTTP; 0 if no answer came. */
  int lastStatus() {
    return lastStatus;
  }

  @Override
  public void close() {
    client.close();
  }
}
