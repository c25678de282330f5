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
package io.sessionclusters;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;

/** The arrows of the layout point downward: each floor uses those below it. */
@AnalyzeClasses(
    packages = "io.sessionclusters",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String OURS = "io.sessionclusters..";
  private static final String TOP = "io.sessionclusters";
  private static final String API = "io.sessionclusters.api..";
  private static final String CLOUD = "io.sessionclusters.cloud..";
  private static final String MAPPING = "io.sessionclusters.mapping..";
  private static final String CONFIG = "io.sessionclusters.config..";
  private static final String OPS = "io.sessionclusters.ops..";
  private static final String TIME = "io.sessionclusters.time..";

  @ArchTest
  static final ArchRule cloud_uses_nothing_else_of_ours = usesOfOursOnly(CLOUD, CLOUD, TIME);

  @ArchTest
  static final ArchRule cloud_knows_nothing_of_kubernetes =
      noClasses()
          .that()
          .resideInAPackage(CLOUD)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..");

  @ArchTest static final ArchRule api_uses_nothing_else_of_ours = usesOfOursOnly(API, API);

  @ArchTest
  static final ArchRule mapping_uses_only_api_and_cloud =
      usesOfOursOnly(MAPPING, MAPPING, API, CLOUD);

  @ArchTest static final ArchRule config_uses_only_cloud = usesOfOursOnly(CONFIG, CONFIG, CLOUD);

  /** From the roof down. */
  private static final List<String> FLOORS =
      List.of(
          TOP,
          "io.sessionclusters.ops",
          "io.sessionclusters.source",
          "io.sessionclusters.event",
          "io.sessionclusters.connection",
          "io.sessionclusters.mirror",
          "io.sessionclusters.prune",
          "io.sessionclusters.status",
          "io.sessionclusters.mapping",
          "io.sessionclusters.kubernetes",
          "io.sessionclusters.config",
          "io.sessionclusters.cloud.credentials",
          "io.sessionclusters.cloud.emr",
          "io.sessionclusters.cloud.http",
          "io.sessionclusters.cloud",
          "io.sessionclusters.api.v1alpha1",
          "io.sessionclusters.time");

  @ArchTest
  static void each_floor_uses_only_those_below(JavaClasses all) {
    for (int floor = 1; floor < FLOORS.size(); floor++) {
      noClasses()
          .that()
          .resideInAPackage(FLOORS.get(floor))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(FLOORS.subList(0, floor).toArray(String[]::new))
          .check(all);
    }
  }

  @ArchTest
  static final ArchRule every_class_lives_on_a_floor =
      classes().should().resideInAnyPackage(FLOORS.toArray(String[]::new));

  /** What is below cloud is for cloud and for the wiring. */
  @ArchTest
  static final ArchRule others_import_cloud_only =
      noClasses()
          .that(not(resideInAnyPackage(TOP, CLOUD)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.sessionclusters.cloud.*..");

  /** HTTP ends in cloud: nothing outside looks at a status code or a client of it. */
  @ArchTest
  static final ArchRule only_cloud_speaks_http_to_the_cloud =
      noClasses()
          .that(not(resideInAPackage(CLOUD)))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.hc..");

  /** What happens is told through narrow interfaces; only ops knows how it is counted. */
  @ArchTest
  static final ArchRule only_ops_knows_how_metrics_are_kept_and_served =
      noClasses()
          .that(not(resideInAPackage(OPS)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.micrometer..",
              "io.prometheus..",
              "com.sun.net.httpserver..",
              "io.javaoperatorsdk.operator.monitoring.micrometer..");

  @ArchTest
  static final ArchRule only_the_top_uses_ops =
      noClasses()
          .that(not(resideInAnyPackage(TOP, OPS)))
          .should()
          .dependOnClassesThat()
          .resideInAPackage(OPS);

  /** The vendor's library has faults of its own: what it gives out passes one door. */
  @ArchTest
  static final ArchRule only_cloud_credentials_knows_the_vendors_library =
      noClasses()
          .that(not(resideInAPackage("io.sessionclusters.cloud.credentials..")))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.aliyun..");

  /** The pure middle: what is decided is decided without a client in hand. */
  @ArchTest
  static final ArchRule mapping_has_no_client =
      noClasses()
          .that()
          .resideInAPackage(MAPPING)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8.kubernetes.client..", "io.javaoperatorsdk..");

  @ArchTest
  static final ArchRule no_class_is_named_after_having_no_subject =
      noClasses().should().haveNameMatching(".*(Utils?|Helpers?|Managers?|Misc|Common)");

  /** Time comes from a clock that the top hands down, so that tests can hold it. */
  @ArchTest
  static final ArchRule only_the_top_asks_for_the_time =
      noClasses()
          .that(not(resideInAPackage(TOP)))
          .and()
          .doNotHaveFullyQualifiedName("io.sessionclusters.time.SystemTimers")
          .should()
          .accessTargetWhere(
              accessTo(Instant.class, "now")
                  .or(accessTo(LocalDate.class, "now"))
                  .or(accessTo(LocalDateTime.class, "now"))
                  .or(accessTo(ZonedDateTime.class, "now"))
                  .or(accessTo(Clock.class, "system.*"))
                  .or(accessTo(System.class, "currentTimeMillis|nanoTime")))
          .orShould()
          .callConstructor(Date.class);

  /** But for what the command line asks for, before there is a log. */
  @ArchTest
  static final ArchRule no_standard_streams =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("io.sessionclusters.Main")
          .should(ACCESS_STANDARD_STREAMS);

  @ArchTest static final ArchRule no_java_util_logging = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  /** Method references count too: {@code Instant::now} asks for the time as a call does. */
  private static DescribedPredicate<JavaAccess<?>> accessTo(Class<?> type, String methods) {
    return DescribedPredicate.describe(
        "target is " + type.getSimpleName() + "." + methods,
        access ->
            access.getTargetOwner().isEquivalentTo(type) && access.getName().matches(methods));
  }

  private static ArchRule usesOfOursOnly(String user, String... used) {
    return classes()
        .that()
        .resideInAPackage(user)
        .should()
        .onlyDependOnClassesThat(not(resideInAPackage(OURS)).or(resideInAnyPackage(used)));
  }
}
