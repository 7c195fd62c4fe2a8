(SELECT rowNumberInAllBlocks() + 1 AS piece_row, entity.alert AS alert, arrayJoin(entity.alert.informed_entity) AS informed, feed_timestamp
FROM (SELECT header.timestamp AS feed_timestamp, arrayJoin(entity) AS entity FROM file({piece_path:String}, 'ProtobufSingle'))
WHERE entity.is_deleted = 0)
