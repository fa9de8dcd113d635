#!/bin/sh
# Runs a command as a machine would that has Node, npm and nothing else: a PATH of links to the tools named below, an
# empty home folder, and none of your npm settings but the registry and what it takes to reach that.
#
#   scripts/bare.sh npm ci
#   NODE=/elsewhere/node NPM=/elsewhere/npm scripts/bare.sh sh -c 'npm ci && npm test'
#
# Nothing is in npm's cache either, unless NPM_CACHE names a folder that an earlier run has filled.
set -eu

# the everyday tools of any Unix, and git, which the sources came with
tools='sh env git basename cat chmod cp cut date dirname echo expr false head id install ln ls mkdir mktemp mv printf
  pwd readlink rm rmdir sleep sort tail tee test touch tr true uname uniq wc'
# PostgreSQL refuses to run as root: started by root, embedded-postgres runs it as a user that it makes
tools="$tools groupadd locale useradd"

# the file that a command is, also where the shell has one of the same name built in
file_of() {
  saved=$IFS
  IFS=:
  for folder in $PATH:/usr/sbin:/sbin; do
    if [ -x "$folder/$1" ] && [ ! -d "$folder/$1" ]; then
      echo "$folder/$1"
      break
    fi
  done
  IFS=$saved
}

bare=$(mktemp -d)
trap 'rm -rf "$bare"' EXIT
# from a terminal they reach the command as well, which decides what becomes of them
trap : INT TERM
mkdir "$bare/bin" "$bare/home"
ln -s "${NODE:-$(file_of node)}" "$bare/bin/node"
npm=${NPM:-$(file_of npm)}
ln -s "$npm" "$bare/bin/npm"
# comes with it
ln -s "${npm%/*}/npx" "$bare/bin/npx"
for tool in $tools; do
  file=$(file_of "$tool")
  [ -z "$file" ] || ln -s "$file" "$bare/bin/$tool"
done

for name in registry cafile; do
  value=$(cd / && npm config get "$name")
  case $value in
    '' | null | undefined) ;;
    *) set -- "npm_config_$name=$value" "$@" ;;
  esac
done
for name in HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy NODE_EXTRA_CA_CERTS TMPDIR CI \
  CQ_TEST_POSTGRES_URL; do
  eval "value=\${$name-}"
  [ -z "$value" ] || set -- "$name=$value" "$@"
done
[ -z "${NPM_CACHE-}" ] || set -- "npm_config_cache=$NPM_CACHE" "$@"
# git refuses the checkout of another user, as a CI has it, and the setting that says otherwise stays behind with the home
set -- GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' "$@"
env -i PATH="$bare/bin" HOME="$bare/home" npm_config_globalconfig="$bare/home/npmrc" "$@"
