// What was done at doors without signal (docs/decisions/offline.md). After ui/offline/answers.js.
self.DoorQueue = self.Offline.answers("gongzhi-doors", "answers");
