#!/bin/sh
# Takes the steps of the Dockerfile as far as they go without a container engine: for each stage but the last, the files
# that it copies, out of those that .dockerignore lets through, into an empty folder, and its commands there, with no
# tool at hand but Node and npm. What the last stage copies must then be there, and answer.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/context"
sed -n 's/^!//p' "$root/.dockerignore" | while read -r path; do
  mkdir -p "$work/context/$(dirname "$path")"
  cp -R "$root/$path" "$work/context/$path"
done

stage= directory=
while read -r instruction arguments; do
  case $instruction in
    FROM)
      # the last stage has no name
      case $arguments in *' AS '*) stage=${arguments##* AS } ;; *) stage=image ;; esac
      mkdir -p "$work/$stage"
      ;;
    WORKDIR) directory=$arguments && mkdir -p "$work/$stage$directory" ;;
    COPY)
      from=context
      case $arguments in --from=*) from=${arguments%% *} && from=${from#--from=} && arguments=${arguments#* } ;; esac
      target=${arguments##* }
      for path in ${arguments% *}; do
        case $path in
          .) cp -R "$work/$from/." "$work/$stage$directory/" ;;
          *)
            case $target in
              ./) cp -R "$work/$from/$path" "$work/$stage$directory/" ;;
              *) cp -R "$work/$from/$path" "$work/$stage$directory/$target" ;;
            esac
            ;;
        esac
      done
      ;;
    RUN)
      # links and owners outside of the folder are for an engine
      [ "$stage" = image ] && continue
      echo "== $stage: $arguments"
      (cd "$work/$stage$directory" && "$root/scripts/bare.sh" sh -c "$arguments")
      ;;
  esac
done <"$root/Dockerfile"

cd "$work/image/app"
if [ -n "$(find node_modules -maxdepth 1 -name 'node-*-*64')" ]; then
  echo 'The image would carry a second Node.' >&2
  exit 1
fi
if [ ! -f dist/dist-web/index.html ]; then
  echo 'The image would have no web page.' >&2
  exit 1
fi
NODE="$root/node_modules/.bin/node" "$root/scripts/bare.sh" node bin/cq-server.js --version
