SELECT /* counts */ FROM (SELECT arrayJoin({texts:Array(String)}) AS text)
