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

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sessionclusters.fakecloud.RawRequest.Header;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A client of the fake cloud that can also do wrong: the JDK's HTTP client, signed by the fake's
 * own code (which the vendor's client and the published vectors vouch for).
 */
final class SigningClient implements AutoCloseable {

  /** What came back. */
  record Reply(int status, Map<String, List<String>> headers, String body) {
    JsonNode json() throws JsonProcessingException {
      return new ObjectMapper().readTree(body);
    }

    String code() throws JsonProcessingException {
      return json().path("Code").asText();
    }

    String header(String name) {
      return String.join(",", headers.getOrDefault(name, List.of()));
    }

    List<String> ids() throws JsonProcessingException {
      var ids = new ArrayList<String>();
      json().path("sessionClusters").forEach(s -> ids.add(s.path("sessionClusterId").asText()));
      return ids;
    }

    String nextToken() throws JsonProcessingException {
      return json().path("nextToken").asText("");
    }
  }

  private final URI endpoint;
  private final String keyId;
  private final String secret;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final SortedMap<String, String> headers = new TreeMap<>();
  private String workspacePath = "/api/v1/workspaces/w-1234abcd/sessionClusters";
  private String lastSigned = "";
  private Clock clock = Clock.systemUTC();

  SigningClient(URI endpoint, String keyId, String secret) {
    this.endpoint = endpoint;
    this.keyId = keyId;
    this.secret = secret;
  }

  /** Signed when its name starts with {@code x-acs-}; an empty value leaves a header out. */
  SigningClient with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  /** Names one more header as signed, after all others. */
  SigningClient alsoSigning(String header) {
    lastSigned = header;
    return this;
  }

  SigningClient at(Clock other) {
    clock = other;
    return this;
  }

  SigningClient path(String path) {
    workspacePath = path;
    return this;
  }

  /** One page with these parameters; {@code regionId} is added. */
  Reply list(String... namesAndValues) throws IOException, InterruptedException {
    var query = new TreeMap<>(Map.of("regionId", "cn-hangzhou"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      query.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return get(query);
  }

  Reply get(SortedMap<String, String> query) throws IOException, InterruptedException {
    return send(request(query));
  }

  /** All ids of a whole walk. */
  List<String> walk(String... namesAndValues) throws IOException, InterruptedException {
    var ids = new ArrayList<String>();
    Reply page = list(namesAndValues);
    ids.addAll(page.ids());
    while (!page.nextToken().isEmpty()) {
      var next = new ArrayList<>(List.of(namesAndValues));
      next.addAll(List.of("nextToken", page.nextToken()));
      page = list(next.toArray(String[]::new));
      ids.addAll(page.ids());
    }
    return ids;
  }

  Reply send(HttpRequest request) throws IOException, InterruptedException {
    var response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    return new Reply(
        response.statusCode(),
        response.headers().map(),
        new String(response.body(), StandardCharsets.UTF_8));
  }

  HttpRequest request(SortedMap<String, String> query) {
    var sent = new TreeMap<String, String>();
    sent.put("x-acs-action", "ListSessionClusters");
    sent.put("x-acs-version", "2023-08-08");
    sent.put("x-acs-date", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    sent.put("x-acs-signature-nonce", UUID.randomUUID().toString());
    sent.put(
        "x-acs-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sent.putAll(headers);
    String encoded =
        query.entrySet().stream()
            .map(p -> PercentCoding.encode(p.getKey()) + "=" + PercentCoding.encode(p.getValue()))
            .collect(Collectors.joining("&"));
    sent.putIfAbsent("Authorization", authorization(sent, query));
    sent.values().removeIf(String::isEmpty);
    String target = workspacePath + (encoded.isEmpty() ? "" : "?" + encoded);
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(endpoint + target)).timeout(Duration.ofSeconds(20));
    sent.forEach(builder::header);
    return builder.build();
  }

  private String authorization(Map<String, String> sent, SortedMap<String, String> query) {
    var signed = new ArrayList<Header>();
    signed.add(new Header("host", endpoint.getAuthority()));
    sent.forEach(
        (name, value) -> {
          if (name.startsWith("x-acs-") && !value.isEmpty()) {
            signed.add(new Header(name, value));
          }
        });
    if (!lastSigned.isEmpty()) {
      signed.add(new Header(lastSigned, sent.getOrDefault(lastSigned, "")));
    }
    var request = new RawRequest("GET", workspacePath, null, signed, Body.NONE);
    List<String> names = signed.stream().map(Header::name).toList();
    String signature = Acs3.of(request, query, names).signature(secret);
    return "ACS3-HMAC-SHA256 Credential=%s,SignedHeaders=%s,Signature=%s"
        .formatted(keyId, String.join(";", names), signature);
  }

  @Override
  public void close() {
    http.close();
  }
}
