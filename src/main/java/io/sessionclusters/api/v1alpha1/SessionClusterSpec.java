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
package io.sessionclusters.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.crd.generator.annotation.SelectableField;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Which session a mirror shows; never changes.
 *
 * <p>All components are null-able because reading never throws; the CRD requires them.
 */
@ValidationRule(value = "self == oldSelf", message = "the identity of a mirror never changes")
@JsonDeserialize(using = LenientReader.class)
public record SessionClusterSpec(
    @Required
        @Size(min = 1, max = 63)
        @JsonPropertyDescription("Region of the workspace, such as cn-hangzhou.")
        @Nullable String regionId,
    @Required
        @Size(min = 1, max = 64)
        @SelectableField
        @JsonPropertyDescription("Workspace that the session belongs to, such as w-1234abcd.")
        @Nullable String workspaceId,
    @Required
        @Size(min = 1, max = 1024)
        @SelectableField
        @JsonPropertyDescription("The session's ID, unique within its workspace.")
        @Nullable String sessionClusterId) {}
