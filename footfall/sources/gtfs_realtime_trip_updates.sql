(SELECT rowNumberInAllBlocks() + 1 AS piece_row, entity.trip_update.trip AS trip, feed_timestamp,
        arrayJoin(entity.trip_update.stop_time_update) AS stop, entity.trip_update.timestamp AS entity_timestamp
FROM (SELECT header.timestamp AS feed_timestamp, arrayJoin(entity) AS entity FROM file({piece_path:String}, 'ProtobufSingle'))
WHERE entity.is_deleted = 0)
