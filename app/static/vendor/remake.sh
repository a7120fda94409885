#!/bin/sh
# Remake the vendored files: fetch each package with `npm pack`, copy what we serve, write vendor.json.
#
#   sh app/static/vendor/remake.sh
#
# Needs npm, tar, sha256sum and a package registry; a developer's tool, never part of a build or a
# run. To raise a version, change it in PACKAGES, run this, look at the pages, commit the result.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# name@version licence
PACKAGES='
bootstrap@5.3.9 MIT
htmx.org@2.0.11 0BSD
echarts@6.1.0 Apache-2.0
swagger-ui-dist@5.35.0 Apache-2.0
@tabler/icons@3.51.0 MIT
'

# package, file inside it, file here
FILES='
bootstrap dist/css/bootstrap.min.css bootstrap.min.css
bootstrap dist/js/bootstrap.bundle.min.js bootstrap.bundle.min.js
htmx.org dist/htmx.min.js htmx.min.js
echarts dist/echarts.min.js echarts.min.js
swagger-ui-dist swagger-ui-bundle.js swagger-ui-bundle.js
swagger-ui-dist swagger-ui.css swagger-ui.css
'

# Outline symbols of @tabler/icons that make icons.svg.
ICONS='
alert-circle alert-triangle bell building building-factory-2 bulb calendar-event chart-bar check
chevron-right circle-check circle-plus clock dots download filter info-circle layout-dashboard lock
logout messages paperclip pencil player-pause plus printer receipt-yuan scale search settings
shield-check upload user x
'

fetch() { # name@version: unpacks to $work/<name>
  folder="$work/${1%@*}"
  mkdir -p "$folder"
  archive=$(cd "$work" && npm pack --silent "$1")
  tar -xzf "$work/$archive" -C "$folder" --strip-components=1
}

field() { # package, 1 = version or 2 = licence
  echo "$PACKAGES" | awk -v name="$1" -v want="$2" '
    { at = match($1, /@[^@]*$/) }
    at && substr($1, 1, at - 1) == name { print want == 1 ? substr($1, at + 1) : $2 }'
}

sprite() {
  echo '<svg xmlns="http://www.w3.org/2000/svg">'
  for icon in $ICONS; do
    printf '<symbol id="%s" viewBox="0 0 24 24" fill="none" stroke="currentColor"' "$icon"
    printf ' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">'
    grep -oE '<(path|circle|rect|line|polyline|ellipse) [^>]*/>' \
      "$work/@tabler/icons/icons/outline/$icon.svg" | grep -v 'stroke="none"' | tr -d '\n'
    echo '</symbol>'
  done
  echo '</svg>'
}

entry() { # package, file here
  printf '  {"file": "%s", "name": "%s", "version": "%s", "licence": "%s", "sha256": "%s"}' \
    "$2" "$1" "$(field "$1" 1)" "$(field "$1" 2)" "$(sha256sum "$here/$2" | cut -d' ' -f1)"
}

echo "$PACKAGES" | while read -r package _; do
  [ -z "$package" ] || fetch "$package"
done
echo "$FILES" | while read -r package inside file; do
  # Source maps are not served: drop the pointers, or every opened console asks for them.
  [ -z "$package" ] || sed '/^\/[*/]# sourceMappingURL=/d' "$work/$package/$inside" > "$here/$file"
done
sprite > "$here/icons.svg"

{
  echo '['
  echo "$FILES" | while read -r package _ file; do
    [ -z "$package" ] || { entry "$package" "$file"; echo ','; }
  done
  entry @tabler/icons icons.svg
  printf '\n]\n'
} > "$here/vendor.json"
