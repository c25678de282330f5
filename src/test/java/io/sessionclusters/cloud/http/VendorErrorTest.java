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
package io.sessionclusters.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VendorErrorTest {

  private static final VendorError FAULT = new VendorError("Forbidden.RAM", "not allowed", "R-1");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"RequestId\":\"R-1\",\"Message\":\"not allowed\",\"Code\":\"Forbidden.RAM\"}",
        "{\"requestId\":\"R-1\",\"message\":\"not allowed\",\"code\":\"Forbidden.RAM\"}",
        " \n{\"code\":\" Forbidden.RAM \",\"a\":{\"code\":\"x\"},\"b\":[\"code\"],\"message\":"
            + "\"not allowed\",\"HostId\":null,\"requestId\":\"R-1\"}",
        "\uFEFF{\"requestId\":\"R-1\",\"message\":\"not allowed\",\"code\":\"Forbidden.RAM\"}",
        "{\"requestId\":\"R-1\",\"message\":\"not allowed\",\"code\":\"Forbidden.RAM\",\"Recom",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><RequestId>R-1</RequestId><HostId>h"
            + "</HostId><Code>Forbidden.RAM</Code><Message>not allowed</Message></Error>",
        "<Error><Code>Forbidden.RAM</Code><Message><![CDATA[not ]]>allowed</Message><More><Code>x"
            + "</Code></More><RequestId>\nR-1\n</RequestId></Error>",
        "<Error><RequestId>R-1</RequestId><Message>not allowed</Message><Code>Forbidden.RAM</Code>"
            + "<Recom"
      })
  void readsTheVendorsForms(String body) throws IOException {
    assertThat(read(body)).isEqualTo(FAULT);
  }

  @Test
  void keepsWhatIsBrokenOverLines() throws IOException {
    assertThat(read("{\"Message\":\"one\ntwo\",\"Code\":\"C\"}"))
        .isEqualTo(new VendorError("C", "one\ntwo", ""));
  }

  @Test
  void readsACodeThatIsANumber() throws IOException {
    assertThat(read("{\"code\":403,\"message\":true}"))
        .isEqualTo(new VendorError("403", "true", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "Bad Gateway",
        "<html><head><title>502</title></head><body><p>Bad<br>Gateway</body></html>",
        "<!DOCTYPE html><html><body>x</body></html>",
        "[]",
        "[{\"Code\":\"x\"}]",
        "{",
        "{}",
        "{\"Code\":null}",
        "\u0000\u0001\u0002",
        "<!DOCTYPE Error [<!ENTITY e \"\u001d\">]><Error><Code>C</Code></Error>",
        "<"
      })
  void anythingElseIsUnreadable(String body) throws IOException {
    assertThat(read(body)).isEqualTo(VendorError.UNREADABLE);
  }

  /** They look like UTF-32 at first. */
  @Test
  void bytesThatAreNoTextAreUnreadable() throws IOException {
    byte[] body = {'{', 0, 0, 0, 0, 0, 0x7e, (byte) 0xbf};

    assertThat(VendorError.read(new ByteArrayInputStream(body), 1000))
        .isEqualTo(VendorError.UNREADABLE);
  }

  @Test
  void readsXmlAsUtf8WhateverItDeclares() throws IOException {
    assertThat(
            read("<?xml version=\"1.0\" encoding=\"GBK\"?><Error><Message>没有权限</Message></Error>")
                .message())
        .isEqualTo("没有权限");
  }

  @Test
  void readsNoFilesForXml(@TempDir Path directory) throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "hush");
    for (String entity : new String[] {"SYSTEM \"" + secret.toUri() + "\"", "\"hush\""}) {
      assertThat(
              read(
                  "<!DOCTYPE Error [<!ENTITY e "
                      + entity
                      + ">]><Error><Code>a&e;b</Code><Message>&e;</Message></Error>"))
          .satisfies(
              fault -> {
                assertThat(fault.code()).doesNotContain("hush");
                assertThat(fault.message()).doesNotContain("hush");
              });
    }
  }

  @Test
  void unfoldsNoEntitiesOfXml() {
    var bomb = new StringBuilder("<!DOCTYPE Error [<!ENTITY a0 \"xxxxxxxxxx\">");
    for (int i = 1; i < 12; i++) {
      bomb.append("<!ENTITY a").append(i).append(" \"").append(("&a" + (i - 1) + ";").repeat(10));
      bomb.append("\">");
    }
    bomb.append("]><Error><Message>&a11;</Message></Error>");

    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> assertThat(read(bomb.toString()).message().length()).isLessThan(1000));
  }

  @Test
  void readsNoMoreThanTheBound() throws IOException {
    var body = new ByteArrayInputStream(new byte[5000]);

    assertThat(VendorError.read(body, 1000)).isEqualTo(VendorError.UNREADABLE);
    assertThat(body.available()).isEqualTo(4000);
  }

  private static VendorError read(String body) throws IOException {
    return VendorError.read(
        new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), 64 * 1024);
  }
}
