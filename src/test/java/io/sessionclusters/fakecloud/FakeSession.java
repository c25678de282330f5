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

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * One session cluster as the API shows it, with realistic defaults. Immutable: each setter gives a
 * changed copy, so that {@code workspace.update(id, s -> s.state("Stopped"))} cannot tear a page.
 *
 * <p>All 24 documented fields can be set; {@link #field} and {@link #without} make what no
 * well-behaved service would send: another type, null, an unknown field, a missing one.
 */
public final class FakeSession {

  /** 2026-11-01T08:00:00Z: when every session was made that says nothing else. */
  public static final Instant DEFAULT_CREATE_TIME = Instant.parse("2026-11-01T08:00:00Z");

  private final ObjectNode fields;

  private FakeSession(ObjectNode fields) {
    this.fields = fields;
  }

  /** A running session of kind {@code SQL}. */
  public static FakeSession sql(String id) {
    return session(id, "SQL");
  }

  /** A running session of kind {@code NOTEBOOK}. */
  public static FakeSession notebook(String id) {
    return session(id, "NOTEBOOK");
  }

  /** A running session of kind {@code THRIFT}, with end points and a connection token. */
  public static FakeSession thrift(String id) {
    return session(id, "THRIFT")
        .domain("emr-spark-gateway-cn-hangzhou.data.aliyun.com")
        .domainInner("emr-spark-gateway-cn-hangzhou-internal.data.aliyuncs.com")
        .publicEndpointEnabled(true)
        .connectionToken("token-of-" + id);
  }

  /** A session with an id and nothing else. */
  public static FakeSession bare(String id) {
    return new FakeSession(JsonNodeFactory.instance.objectNode().put("sessionClusterId", id));
  }

  private static FakeSession session(String id, String kind) {
    return bare(id)
        .userId("123131")
        .userName("test_user")
        .name(id + " name")
        .kind(kind)
        .queueName("dev_queue")
        .state("Running")
        .stateChangeReason("200", "ok")
        .autoStart(true)
        .autoStop(true, 45)
        .config("spark-defaults.conf", "spark.driver.memory", "4g")
        .webUI("http://spark-ui-" + id)
        .releaseVersion("esr-4.0.0 (Spark 3.5.2, Scala 2.12)")
        .displayReleaseVersion("esr-4.0.0 (Spark 3.5.2, Scala 2.12, Java Runtime)")
        .draftId("TSK-" + id)
        .fusion(false)
        .gmtCreate(DEFAULT_CREATE_TIME)
        .startTime(DEFAULT_CREATE_TIME.plusSeconds(90))
        .extra("{\"extraInfoKey\":\"extraInfoValue\"}")
        .publicEndpointEnabled(false);
  }

  /** Set by the workspace that the session is put into, unless it is set before. */
  public FakeSession workspaceId(String id) {
    return changed(copy -> copy.put("workspaceId", id));
  }

  public FakeSession userId(String id) {
    return changed(copy -> copy.put("userId", id));
  }

  public FakeSession userName(String name) {
    return changed(copy -> copy.put("userName", name));
  }

  public FakeSession name(String name) {
    return changed(copy -> copy.put("name", name));
  }

  public FakeSession kind(String kind) {
    return changed(copy -> copy.put("kind", kind));
  }

  public FakeSession queueName(String queue) {
    return changed(copy -> copy.put("queueName", queue));
  }

  public FakeSession state(String state) {
    return changed(copy -> copy.put("state", state));
  }

  public FakeSession stateChangeReason(String code, String message) {
    return changed(
        copy -> copy.putObject("stateChangeReason").put("code", code).put("message", message));
  }

  public FakeSession autoStart(boolean enable) {
    return changed(copy -> copy.putObject("autoStartConfiguration").put("enable", enable));
  }

  public FakeSession autoStop(boolean enable, int idleTimeoutMinutes) {
    return changed(
        copy ->
            copy.putObject("autoStopConfiguration")
                .put("enable", enable)
                .put("idleTimeoutMinutes", idleTimeoutMinutes));
  }

  /** Adds one entry to {@code applicationConfigs}. */
  public FakeSession config(String fileName, String key, String value) {
    return changed(
        copy ->
            copy.withArray("applicationConfigs")
                .addObject()
                .put("configFileName", fileName)
                .put("configItemKey", key)
                .put("configItemValue", value));
  }

  public FakeSession webUI(String url) {
    return changed(copy -> copy.put("webUI", url));
  }

  public FakeSession releaseVersion(String version) {
    return changed(copy -> copy.put("releaseVersion", version));
  }

  public FakeSession displayReleaseVersion(String version) {
    return changed(copy -> copy.put("displayReleaseVersion", version));
  }

  public FakeSession draftId(String id) {
    return changed(copy -> copy.put("draftId", id));
  }

  public FakeSession domain(String host) {
    return changed(copy -> copy.put("domain", host));
  }

  public FakeSession domainInner(String host) {
    return changed(copy -> copy.put("domainInner", host));
  }

  public FakeSession fusion(boolean enabled) {
    return changed(copy -> copy.put("fusion", enabled));
  }

  public FakeSession gmtCreate(Instant time) {
    return changed(copy -> copy.put("gmtCreate", time.toEpochMilli()));
  }

  public FakeSession startTime(Instant time) {
    return changed(copy -> copy.put("startTime", time.toEpochMilli()));
  }

  public FakeSession extra(String json) {
    return changed(copy -> copy.put("extra", json));
  }

  public FakeSession publicEndpointEnabled(boolean enabled) {
    return changed(copy -> copy.put("publicEndpointEnabled", enabled));
  }

  public FakeSession connectionToken(String token) {
    return changed(copy -> copy.put("connectionToken", token));
  }

  /** Any field with any content, a {@code NullNode} too. */
  public FakeSession field(String name, JsonNode value) {
    return changed(copy -> copy.set(name, value));
  }

  public FakeSession field(String name, String value) {
    return changed(copy -> copy.put(name, value));
  }

  /** The field is not sent at all. */
  public FakeSession without(String name) {
    return changed(copy -> copy.remove(name));
  }

  public String id() {
    return text("sessionClusterId");
  }

  public String name() {
    return text("name");
  }

  public String kind() {
    return text("kind");
  }

  public String queueName() {
    return text("queueName");
  }

  public String state() {
    return text("state");
  }

  /** A text field's content, empty if it is absent. */
  public String text(String name) {
    return fields.path(name).asText("");
  }

  boolean has(String name) {
    return fields.has(name);
  }

  /** As the API sends it; a copy. */
  public ObjectNode json() {
    return fields.deepCopy();
  }

  @Override
  public String toString() {
    return "session " + name() + " (" + id() + ")";
  }

  private FakeSession changed(Consumer<ObjectNode> change) {
    ObjectNode copy = fields.deepCopy();
    change.accept(copy);
    return new FakeSession(copy);
  }
}
