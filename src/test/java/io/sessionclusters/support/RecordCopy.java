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
package io.sessionclusters.support;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Copies of records that differ in one place. By reflection, so that a test that walks over every
 * field walks over the field that is added next year, too.
 */
public final class RecordCopy {

  /** A record's type, looked up once: reflection is slow where it starts anew each time. */
  private record Shape(List<RecordComponent> components, Constructor<?> constructor) {
    static Shape of(Class<?> type) {
      RecordComponent[] components = type.getRecordComponents();
      Class<?>[] types =
          Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      try {
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        Stream.of(components).forEach(c -> c.getAccessor().setAccessible(true));
        return new Shape(List.of(components), constructor);
      } catch (NoSuchMethodException e) {
        throw new IllegalStateException("every record has a canonical constructor", e);
      }
    }
  }

  private static final ClassValue<Shape> SHAPES =
      new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
          return Shape.of(type);
        }
      };

  private RecordCopy() {}

  /** The same record with another value of one component. */
  public static <R extends Record> R with(R record, String component, @Nullable Object value) {
    List<RecordComponent> components = SHAPES.get(record.getClass()).components();
    @Nullable Object[] values = new @Nullable Object[components.size()];
    boolean found = false;
    for (int i = 0; i < values.length; i++) {
      boolean here = components.get(i).getName().equals(component);
      values[i] = here ? value : get(record, components.get(i));
      found |= here;
    }
    if (!found) {
      throw new IllegalArgumentException(record.getClass() + " has no component " + component);
    }
    return construct(record, values);
  }

  /**
   * One copy for every place of a record, of the records inside it and of the first element of its
   * lists: once with another value there, once with none.
   *
   * @return by the path of the place, as {@code stateChangeReason.code} or {@code name absent}
   */
  public static <R extends Record> Map<String, R> eachPlaceChanged(R record) {
    Map<String, R> copies = new LinkedHashMap<>();
    for (RecordComponent component : SHAPES.get(record.getClass()).components()) {
      String name = component.getName();
      Object value = get(record, component);
      others(component, value)
          .forEach((p, other) -> copies.put(name + p, with(record, name, other)));
      if (value != null) {
        copies.put(name + " absent", with(record, name, null));
      }
    }
    return copies;
  }

  /**
   * One copy for every text of a record, of the records inside it and of the first element of its
   * lists: with that text there.
   *
   * @return by the path of the place, as {@code stateChangeReason.code} or {@code list[0].key}
   */
  public static <R extends Record> Map<String, R> eachText(R record, String text) {
    Map<String, R> copies = new LinkedHashMap<>();
    for (RecordComponent component : SHAPES.get(record.getClass()).components()) {
      String name = component.getName();
      switch (get(record, component)) {
        case String _ -> copies.put(name, with(record, name, text));
        case Record inner ->
            eachText(inner, text)
                .forEach((p, v) -> copies.put(name + "." + p, with(record, name, v)));
        case List<?> list when !list.isEmpty() && list.getFirst() instanceof Record first ->
            eachText(first, text)
                .forEach(
                    (p, v) ->
                        copies.put(
                            name + "[0]." + p,
                            with(
                                record,
                                name,
                                Stream.concat(Stream.of(v), list.stream().skip(1)).toList())));
        case null, default -> {
          // no text
        }
      }
    }
    return copies;
  }

  private static Map<String, Object> others(RecordComponent component, @Nullable Object value) {
    Map<String, Object> others = new LinkedHashMap<>();
    switch (value) {
      case Record inner -> eachPlaceChanged(inner).forEach((p, v) -> others.put("." + p, v));
      case List<?> list -> {
        if (!list.isEmpty()) {
          others.put(" empty", List.of());
        }
        if (!list.isEmpty() && list.getFirst() instanceof Record first) {
          eachPlaceChanged(first)
              .forEach(
                  (p, v) ->
                      others.put(
                          "[0]." + p, Stream.concat(Stream.of(v), list.stream().skip(1)).toList()));
          others.put(" in another order", list.reversed());
        }
      }
      case null -> others.put("", scalar(component.getType()));
      default -> others.put("", scalar(value));
    }
    return others;
  }

  private static Object scalar(Object value) {
    return switch (value) {
      case String text -> text + "x";
      case Boolean flag -> !flag;
      case Integer number -> number + 1;
      case Long number -> number + 1;
      case Instant time -> time.plusSeconds(1);
      default -> throw new IllegalArgumentException("no other value of " + value.getClass());
    };
  }

  private static Object scalar(Class<?> type) {
    if (type == String.class) {
      return "x";
    }
    if (type == Boolean.class) {
      return true;
    }
    throw new IllegalArgumentException("no value of " + type + "; give the record one");
  }

  private static @Nullable Object get(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(component.toString(), e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <R extends Record> R construct(R record, @Nullable Object[] values) {
    try {
      return (R) SHAPES.get(record.getClass()).constructor().newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(record.getClass().toString(), e);
    }
  }
}
