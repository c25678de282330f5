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

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * What a fuzz run leaves in its working directory: a log of its own, and the input that breaks the
 * property, if it finds one. The failure says where that is kept and how to repeat it; of an input
 * of the corpus it gives the name.
 */
public final class FuzzRun implements BeforeAllCallback, TestExecutionExceptionHandler {

  private static final int STANDARD_ERROR = 2;
  private static final int OWNER_WRITES_ALL_READ = 0644;

  @Override
  public void beforeAll(ExtensionContext context) {
    if (System.getProperty("JAZZER_FUZZ") != null) {
      sendStandardErrorTo(directory().resolve(context.getRequiredTestClass().getName() + ".log"));
    }
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable broken)
      throws Throwable {
    Optional<Path> kept = newestInput();
    if (kept.isEmpty()) {
      throw new AssertionError(
          "the property does not hold for the corpus's " + context.getDisplayName(), broken);
    }
    throw new AssertionError(message(context, kept.get()), broken);
  }

  /** The native fuzzer writes a line for each input that reaches new code: a log of its own. */
  private static void sendStandardErrorTo(Path log) {
    int result;
    try (Arena arena = Arena.ofConfined()) {
      int file =
          (int)
              function("creat", ValueLayout.ADDRESS, ValueLayout.JAVA_INT)
                  .invokeExact(arena.allocateFrom(log.toString()), OWNER_WRITES_ALL_READ);
      result =
          (int)
              function("dup2", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)
                  .invokeExact(file, STANDARD_ERROR);
    } catch (Throwable e) {
      throw new IllegalStateException("creat or dup2 cannot be called", e);
    }
    if (result != STANDARD_ERROR) {
      throw new IllegalStateException("the standard error stream does not go to " + log);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
  }

  private static Path directory() {
    return Path.of("").toAbsolutePath();
  }

  /** Of this run: nothing removes the inputs of earlier ones. */
  private static Optional<Path> newestInput() throws IOException {
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    try (Stream<Path> files = Files.list(directory())) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("crash-"))
          .filter(file -> file.toFile().lastModified() >= start)
          .max(Comparator.comparingLong(file -> file.toFile().lastModified()));
    }
  }

  private static String message(ExtensionContext context, Path kept) throws IOException {
    Class<?> test = context.getRequiredTestClass();
    byte[] input = Files.readAllBytes(kept);
    return """
    The fuzzer found an input that breaks the property, and keeps it in
      %s
    To repeat it, move it to
      src/test/resources/%s/%sInputs/%s
    under a name that says what it is, and run
      mvn test -Dtest=%s
    It has %d bytes. In Base64:
      %s
    In UTF-8:
      %s
    """
        .formatted(
            kept,
            test.getPackageName().replace('.', '/'),
            test.getSimpleName(),
            context.getRequiredTestMethod().getName(),
            test.getSimpleName(),
            input.length,
            Base64.getEncoder().encodeToString(input),
            new String(input, StandardCharsets.UTF_8));
  }
}
