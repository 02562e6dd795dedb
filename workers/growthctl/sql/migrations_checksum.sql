-- $1 bytea[]  files; their SHA-256 in the same order
SELECT encode(sha256(content), 'hex') AS checksum
FROM unnest($1::bytea[]) WITH ORDINALITY AS file(content, place) ORDER BY place;
