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
package io.sessionclusters.cloud;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The components of a record type, so that what concerns each field of a session (reading, digest,
 * mapping, copy) is written once and a new field is one component more. Only for public records.
 *
 * <p>Reading a component allocates nothing: it is done for each session of each listing.
 *
 * @param <R> the record
 */
public final class RecordType<R extends Record> {

  private static final ClassValue<RecordType<?>> TYPES =
      new ClassValue<>() {
        @Override
        protected RecordType<?> computeValue(Class<?> type) {
          return new RecordType<>(type.asSubclass(Record.class));
        }
      };

  private final Class<R> type;
  private final List<RecordComponent> components;
  private final List<MethodHandle> accessors;
  private final MethodHandle constructor;

  private RecordType(Class<R> type) {
    this.type = type;
    components = List.of(type.getRecordComponents());
    accessors = components.stream().map(RecordType::accessor).toList();
    constructor = constructor(type, components);
  }

  @SuppressWarnings("unchecked")
  public static <R extends Record> RecordType<R> of(Class<R> type) {
    return (RecordType<R>) TYPES.get(type);
  }

  @SuppressWarnings("unchecked")
  public static <R extends Record> RecordType<R> of(R record) {
    return (RecordType<R>) TYPES.get(record.getClass());
  }

  /** In their order. */
  public List<RecordComponent> components() {
    return components;
  }

  /**
   * The place of a component.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public int indexOf(String name) {
    for (int i = 0; i < components.size(); i++) {
      if (components.get(i).getName().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException(type.getSimpleName() + " has no component " + name);
  }

  public int size() {
    return accessors.size();
  }

  /** The value of the component in that place. */
  public @Nullable Object get(R record, int index) {
    try {
      return accessors.get(index).invokeExact((Record) record);
    } catch (Throwable e) { // as method handles declare it; an accessor only reads
      throw new IllegalStateException(components.get(index).toString(), e);
    }
  }

  /**
   * A record of these values, in the order of the components.
   *
   * @throws IllegalStateException if one is not of its component's type, or the record refuses it
   */
  public R make(@Nullable Object[] values) {
    try {
      return type.cast(constructor.invokeExact(values));
    } catch (Throwable e) { // as method handles declare it
      throw new IllegalStateException(type.getName(), e);
    }
  }

  /** The same record with another value of one component. */
  public R with(R record, String name, @Nullable Object value) {
    @Nullable Object[] values = new @Nullable Object[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = get(record, i);
    }
    values[indexOf(name)] = value;
    return make(values);
  }

  private static MethodHandle accessor(RecordComponent component) {
    try {
      return MethodHandles.lookup()
          .unreflect(component.getAccessor())
          .asType(MethodType.methodType(Object.class, Record.class));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(component.toString(), e);
    }
  }

  private static MethodHandle constructor(Class<?> type, List<RecordComponent> components) {
    List<Class<?>> types = components.stream().<Class<?>>map(RecordComponent::getType).toList();
    try {
      return MethodHandles.lookup()
          .findConstructor(type, MethodType.methodType(void.class, types))
          .asSpreader(Object[].class, components.size())
          .asType(MethodType.methodType(Object.class, Object[].class));
    } catch (NoSuchMethodException | IllegalAccessException e) {
      throw new IllegalStateException(type.getName(), e);
    }
  }
}
