# shellcheck shell=bash
# Builds the module that ./gannet, ./bench, ./fuzz or ./soak runs, if a source is newer than the last build. The script has set
# `name` to its own name and `root` to the directory of the sources.

: "${name:?}" "${root:?}"

# shellcheck source=scripts/jdk.sh
source "$root/scripts/jdk.sh"

fail() {
  printf '%s: %s\n' "$name" "$*" >&2
  exit 2
}

# Is a source, a resource or a pom of this module, or of one whose jar it runs with, newer than the last build?
stale() {
  [[ -f $stamp ]] || return 0
  local sources=("$root/pom.xml") jar used
  for jar in "$out"/lib/gannet-*.jar; do
    jar=${jar##*/}
    used=$root/${jar%%-[0-9]*}
    sources+=("$used/pom.xml" "$used/src/main")
  done
  # A directory is newer too when a file in it was removed.
  [[ -n $(find "${sources[@]}" -newer "$stamp" -print 2>/dev/null | head -n 1) ]]
}

# Maven's line for each module, "[INFO] Building Gannet RPC 0.1.0-SNAPSHOT [4/10]", as one of ours.
show_progress() {
  sed -n "s/^\[INFO\] Building \(.*\) [^ ][^ ]* *\[\([0-9]*\)\/\([0-9]*\)\]$/$name: building \1, \2 of \3/p" >&2
}

build() {
  local log=$out/build.log started
  # The old jars go first, not their contents: a program that still runs from them keeps the files it has open.
  rm -rf "${out:?}/lib" "$stamp"
  mkdir -p "$out"
  # Taken before the build, so that what is edited during it counts as newer.
  started=$(mktemp "$out/.started.XXXXXX")
  echo "$name: building; the first time that takes a few minutes, and most of them to download what it needs" >&2
  if ! (cd "$root" && JAVA_HOME=$jdk ./mvnw --batch-mode -Dstyle.color=never -Dgannet.quick "-Dgannet.jdk=[$MIN_JAVA,)" \
    -pl "${module##*/}" -am package) 2>&1 </dev/null | tee "$log" | show_progress; then
    rm -f "$started"
    tail -n 40 "$log" >&2
    fail "the build failed; its output is in $log"
  fi
  cp "$out/${module##*/}"-*.jar "$out/lib/"
  mv "$started" "$stamp"
}

# Only one of several shells that start at once builds; the others wait for it.
build_alone() {
  local lock=$root/target/.launcher-lock waited=0 owner # one for all: they build modules in common
  mkdir -p "$root/target"
  if command -v flock >/dev/null; then
    exec 9>"$lock.file"
    flock 9
  else
    while ! mkdir "$lock" 2>/dev/null; do
      owner=$(cat "$lock/pid" 2>/dev/null || true)
      if [[ -n $owner ]] && ! kill -0 "$owner" 2>/dev/null || ((waited > 1200)); then
        # Whoever held it was killed.
        rm -rf "$lock"
        continue
      fi
      sleep 0.5
      waited=$((waited + 1))
    done
    trap 'rm -rf "$root/target/.launcher-lock"' EXIT
    echo $$ >"$lock/pid"
  fi
  if stale; then
    build
  fi
  if command -v flock >/dev/null; then
    exec 9>&-
  else
    rm -rf "$lock"
    trap - EXIT
  fi
}

# Builds a module if it has to be. Then `jdk` is the JDK to run it with, and "$out/lib" has all jars.
prepare() {
  module=$root/$1
  out=$module/target/quick
  stamp=$out/.built
  jdk=$(find_jdk)
  [[ -n $jdk ]] ||
    fail "no JDK $MIN_JAVA or newer found; install one, e.g. Temurin 25, and put it on the PATH or set JAVA_HOME"
  if stale; then
    [[ -w $module ]] || fail "$root has to be built first and can't be written to: run this as its owner, or copy it"
    build_alone
  fi
}
