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
/**
 * The two resources of {@code sessionclusters.io/v1alpha1}. The CRDs in {@code crds/} are generated
 * from these types.
 *
 * <p>Reading an object never throws: one that an older validation let through must not end the
 * informer. Whether a value is valid is judged by the reconciler.
 */
@NullMarked
package io.sessionclusters.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
