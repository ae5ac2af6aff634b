// What was done at walls without signal (docs/decisions/posting.md). After ui/offline/answers.js.
self.PostingQueue = self.Offline.answers("gongzhi-posting", "answers");
