package dev.celadon.house;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaPackage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the published jars keep so that other people's tools can work with them. */
class JarsTest {

  /** NullAway looks at marked packages only, so a forgotten mark would silently switch it off. */
  @ParameterizedTest
  @EnumSource(names = {"CORE", "DNSJAVA", "DNS_PROVIDER", "ZEROMQ", "JUNIT"})
  void everyJavaPackageIsNullMarked(PublishedModule module) {
    List<String> unmarked =
        packages(module)
            .filter(each -> !each.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .toList();
    assertEquals(List.of(), unmarked, "packages without @NullMarked in their package-info.java");
  }

  /** On the module path two automatic modules must not share a package. */
  @Test
  void noPackageIsSpreadOverTwoJars() {
    Map<String, Set<PublishedModule>> homes =
        Arrays.stream(PublishedModule.values())
            .flatMap(module -> packages(module).map(each -> Map.entry(each.getName(), module)))
            .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toSet())));
    homes.values().removeIf(modules -> modules.size() == 1);
    assertEquals(Map.of(), homes, "packages in more than one jar");
  }

  private static Stream<JavaPackage> packages(PublishedModule module) {
    return module.classes().stream().map(type -> type.getPackage()).distinct();
  }
}
