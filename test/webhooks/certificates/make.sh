#!/bin/sh
# Made the files beside it: certificates of an authority that nobody but a test trusts. One key is behind all leaves.
# `openssl ca`, because it takes dates: these are good from 2020 to 2120, wherever and whenever the tests run.
set -e
cd "$(dirname "$0")"
temporary=$(mktemp -d)

new_key() {
  openssl ecparam -name prime256v1 -genkey -noout -out "$1"
}
sign() { # sign FILE NAME KEY EXTENSION START END, and how openssl ca is to sign
  file=$1 name=$2 key=$3 extension=$4 start=$5 end=$6
  shift 6
  : > "$temporary/index"
  printf '%s\n' '[ca]' 'default_ca=tests' '[tests]' "database=$temporary/index" "new_certs_dir=$temporary" \
    'rand_serial=yes' 'default_md=sha256' 'policy=any' 'x509_extensions=extensions' \
    '[any]' 'commonName=supplied' '[extensions]' "$extension" > "$temporary/config"
  openssl req -new -key "$key" -subj "/CN=$name" -out "$temporary/request"
  openssl ca -batch -notext -config "$temporary/config" -in "$temporary/request" -out "$file" \
    -startdate "${start}0101000000Z" -enddate "${end}0101000000Z" "$@"
}
authority() { # authority FILE NAME KEY
  new_key "$3"
  sign "$1" "$2" "$3" basicConstraints=critical,CA:true 2020 2120 -selfsign -keyfile "$3"
}
leaf() { # leaf FILE HOST END AUTHORITY KEY
  sign "$1" "$2" key.pem "subjectAltName=DNS:$2" 2020 "$3" -cert "$4" -keyfile "$5"
}

authority authority.pem 'Authority of the tests' "$temporary/known.key"
authority "$temporary/unknown.pem" 'Authority of nobody' "$temporary/unknown.key"
new_key key.pem
leaf good.pem hooks.example.test 2120 authority.pem "$temporary/known.key"
leaf other-host.pem other.example.test 2120 authority.pem "$temporary/known.key"
leaf expired.pem hooks.example.test 2021 authority.pem "$temporary/known.key"
leaf unknown-authority.pem hooks.example.test 2120 "$temporary/unknown.pem" "$temporary/unknown.key"
rm -r "$temporary"
