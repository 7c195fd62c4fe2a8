(SELECT rowNumberInAllBlocks() + 1 AS piece_row, entity.vehicle AS vehicle, feed_timestamp
FROM (SELECT header.timestamp AS feed_timestamp, arrayJoin(entity) AS entity FROM file({piece_path:String}, 'ProtobufSingle'))
WHERE entity.is_deleted = 0 AND (entity.vehicle.timestamp > 0 OR entity.vehicle.position.latitude != 0))
