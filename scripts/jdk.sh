# shellcheck shell=bash
# Finds a JDK, for scripts/build.sh: JAVA_HOME if it is new enough, else the newest that is installed.

readonly MIN_JAVA=21

# Prints the major version of the JDK in a directory; nothing if there is none. A JRE without javac doesn't count.
major_version() {
  local home=$1 version
  [[ -x $home/bin/java && -x $home/bin/javac ]] || return 0
  if [[ -r $home/release ]]; then
    version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$home/release")
  else
    version=$("$home/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')
  fi
  printf '%s' "${version%%$'\n'*}"
}

find_jdk() {
  local home version best=0 best_home='' path target
  if [[ -n ${JAVA_HOME:-} ]]; then
    version=$(major_version "$JAVA_HOME")
    if [[ -n $version ]] && ((version >= MIN_JAVA)); then
      printf '%s' "$JAVA_HOME"
      return
    fi
  fi
  local candidates=()
  if path=$(command -v java); then
    # The one on the PATH is mostly a link, or a chain of them.
    while [[ -L $path ]]; do
      target=$(readlink "$path")
      [[ $target == /* ]] || target=$(dirname "$path")/$target
      path=$target
    done
    candidates+=("$(dirname "$(dirname "$path")")")
  fi
  candidates+=(
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /opt/*jdk* /opt/java/* /opt/*/*jdk*
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/*
    "$HOME"/.local/share/mise/installs/java/* "$HOME"/.jenv/versions/*
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home
  )
  for home in "${candidates[@]}"; do
    version=$(major_version "$home")
    if [[ -n $version ]] && ((version >= MIN_JAVA && version > best)); then
      best=$version
      best_home=$home
    fi
  done
  printf '%s' "$best_home"
}
