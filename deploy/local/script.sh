# What the scripts of this folder share, for any bash from 3.2.
home="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
module="$home/deploy/local"

# check <room> <arguments>: shows the usage of the room's command if it is asked for, and ends with status 2 if an argument is
# wrong. It needs nothing that is built.
check() {
  local usage="$module/src/main/resources/io/tributary/local/$1/usage.txt" argument
  local source="$module/src/main/java/io/tributary/local/arguments/Arguments.java"
  local built="$module/target/classes/io/tributary/local/arguments/Arguments.class"
  shift
  for argument in "$@"; do
    if [ "$argument" = --help ]; then
      cat "$usage"
      exit 0
    fi
  done
  if [ "$built" -nt "$source" ]; then
    java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$module/target/classes" io.tributary.local.arguments.Arguments "$usage" "$@"
  else
    java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "$source" "$usage" "$@"
  fi
}

build() {
  echo "Building; the first time, packages are fetched ..."
  (cd "$home" && mvn -B -q -ntp ${MAVEN_ARGUMENTS:-} -DskipTests package)
}

# run <heap> <class> <arguments>, in place of the script
run() {
  local heap="$1" main="$2"
  shift 2
  exec java "-Xmx$heap" -Dtributary.home="$home" -Daws.cborEnabled=false \
    --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.util=ALL-UNNAMED --add-opens=java.base/java.nio=ALL-UNNAMED \
    -cp "$module/target/classes:$(cat "$module/target/classpath")" "io.tributary.local.$main" "$@"
}
