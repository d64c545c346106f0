# $1 is the postgres program, $2 the cluster's folder. Ends the server when standard input does.
"$1" -D "$2/data" -c listen_addresses= -c unix_socket_directories="$2" -c fsync=off \
    -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB -c timezone=UTC >>"$2/log" 2>&1 </dev/null &
server=$!
trap '' HUP INT TERM
read -r word
kill -QUIT "$server" 2>/dev/null
wait "$server"
[ "$word" = keep ] || rm -rf "$2"
exit 0
