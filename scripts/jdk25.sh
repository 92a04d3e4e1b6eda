# Sourced by the run scripts: sets JAVA to a Java 25 launcher, or says what is missing and ends with status 1.

java_major() {
  "$1" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p'
}

find_jdk25() {
  local candidate
  for candidate in "${JAVA_HOME:-}/bin/java" "$(command -v java || true)" \
    /usr/lib/jvm/*/bin/java /Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java \
    "$HOME"/.sdkman/candidates/java/*/bin/java "$HOME"/.jdks/*/bin/java; do
    if [ -x "$candidate" ] && [ "$(java_major "$candidate")" = 25 ]; then
      JAVA=$candidate
      return
    fi
  done
  echo "JDK 25 is needed and was not found: install one, or set JAVA_HOME to it" >&2
  exit 1
}

# Builds a module and what it needs, unless its classes are newer than every source.
build_module() {
  local module=$1
  local stamp=$module/target/classpath.txt
  if [ ! -f "$stamp" ] ||
    [ -n "$(find pom.xml ./*/pom.xml ./*/src/main -newer "$stamp" -type f -print -quit)" ]; then
    echo "building $module ..." >&2
    if ! mvn -q -DskipTests -pl "$module" -am package >&2; then
      echo "the build failed" >&2
      exit 1
    fi
    touch "$stamp"
  fi
}

run_class() {
  local module=$1
  shift
  find_jdk25
  build_module "$module"
  exec "$JAVA" --add-opens java.base/java.lang=ALL-UNNAMED \
    -cp "$module/target/classes:$(cat "$module/target/classpath.txt")" "$@"
}
