/* Many browsers in one thread: they open WebSockets, say one thing each, and note when each of them got what they wait for.
 *
 * usage: crowd PORT[,PORT...] SOCKETS AT_ONCE HELLOS MARK < orders
 *
 * HELLOS is a file of what the sockets say: for each a 4-byte length and the request of the handshake, a 4-byte length and a
 * frame to send after it (length 0: none). Socket i takes hello i modulo their number, and port i modulo theirs. A socket
 * has joined when something that holds MARK came after the handshake (MARK empty: with the handshake). AT_ONCE is how many
 * may be on their way at the same time.
 *
 * Orders, one a line; each is answered with one line:
 *   open SECONDS                      connect all              ->  open ACCEPTED_S JOINED_S joined refused
 *   again SECONDS                     as open, once more; whoever is refused tries again after a fifth of a second
 *   round PORT FILE MARK SECONDS      send FILE to PORT, wait for MARK in every socket
 *                                                              ->  round FIRST_MS P50_MS P99_MS LAST_MS got lost twice
 *   idle SECONDS                      only answer pings        ->  idle lost
 * "twice" counts sockets in which MARK came more than once.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum state { CLOSED, CONNECTING, SHAKING, OPENED, JOINED };
struct text { uint32_t length; const char *bytes; };
struct hello { struct text request, frame; };
struct browser {
  int fd;
  enum state state;
  double retry_at;
  uint64_t left;         /* bytes of the present frame's payload still to come */
  unsigned char head[14]; /* of the next frame, as far as it has come */
  unsigned char filled;
  int hits;
};

static struct browser *all;
static struct hello *hellos;
static int count, at_once, hello_count, ports[16], port_count, watch, on_their_way, accepted, joined, refused, lost;
static const char *join_mark;
static double *times;
static char buffer[1 << 18];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int dial(int port, int wait) {
  int fd = socket(AF_INET, SOCK_STREAM | (wait ? 0 : SOCK_NONBLOCK), 0), one = 1;
  if (fd < 0) fail("socket");
  struct linger hard = {1, 0}; /* no sockets left behind in TIME_WAIT */
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) {
    close(fd);
    return -1;
  }
  return fd;
}

static void shut(struct browser *b, int retry) {
  if (b->state == CONNECTING || b->state == SHAKING || b->state == OPENED) on_their_way--;
  if (b->fd >= 0) close(b->fd);
  b->fd = -1;
  b->state = CLOSED;
  b->retry_at = retry ? now() + 200 : 0;
}

static void start(struct browser *b) {
  int i = b - all;
  memset(b->head, 0, sizeof b->head);
  b->left = b->filled = 0;
  b->fd = dial(ports[i % port_count], 0);
  on_their_way++;
  b->state = CONNECTING;
  if (b->fd < 0) {
    shut(b, 1);
    return;
  }
  struct epoll_event e = {.events = EPOLLIN | EPOLLOUT, .data.u32 = i};
  if (epoll_ctl(watch, EPOLL_CTL_ADD, b->fd, &e)) fail("epoll_ctl");
}

static int put(struct browser *b, struct text t) { return write(b->fd, t.bytes, t.length) == (ssize_t)t.length; }

static void arrived(struct browser *b) {
  b->state = JOINED;
  on_their_way--;
  joined++;
}

/* Walks over the frames in what came: answers pings; returns 0 at a close frame. */
static int frames(struct browser *b, const char *p, ssize_t n) {
  while (n > 0) {
    if (b->left) {
      uint64_t step = b->left < (uint64_t)n ? b->left : (uint64_t)n;
      b->left -= step, p += step, n -= step;
      continue;
    }
    b->head[b->filled++] = *p++, n--;
    if (b->filled < 2) continue;
    int small = b->head[1] & 127, need = small == 126 ? 4 : small == 127 ? 10 : 2;
    if (b->filled < need) continue;
    uint64_t size = small;
    if (need > 2) {
      size = 0;
      for (int i = 2; i < need; i++) size = size << 8 | b->head[i];
    }
    int kind = b->head[0] & 15;
    b->filled = 0, b->left = size;
    if (kind == 8) return 0;
    if (kind == 9 && (uint64_t)n >= size) {
      unsigned char pong[131] = {0x8a, 0x80 | size}; /* masked with zeros */
      memcpy(pong + 6, p, size);
      if (write(b->fd, pong, 6 + size) < 0) return 0;
    }
  }
  return 1;
}

/* Reads what is there. Returns what came (after the handshake) in buffer, -1 when the socket is gone. */
static ssize_t take(struct browser *b, const char **from) {
  ssize_t n = read(b->fd, buffer, sizeof buffer - 1);
  if (n < 0 && errno == EAGAIN) return 0;
  if (n <= 0) return -1;
  buffer[n] = 0;
  *from = buffer;
  if (b->state == SHAKING) {
    const char *end = memmem(buffer, n, "\r\n\r\n", 4);
    if (!end || strncmp(buffer, "HTTP/1.1 101", 12)) {
      if (!refused++) fprintf(stderr, "refused: %.200s\n", buffer);
      return -1;
    }
    accepted++;
    b->state = OPENED;
    *from = end + 4;
    n -= *from - buffer;
    struct hello *h = &hellos[(b - all) % hello_count];
    if (h->frame.length && !put(b, h->frame)) return -1;
    if (!*join_mark) arrived(b);
  }
  if (n && !frames(b, *from, n)) return -1;
  return n;
}

static void connected(struct browser *b, uint32_t events) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(b->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error || events & (EPOLLERR | EPOLLHUP)) {
    shut(b, 1);
    return;
  }
  struct epoll_event e = {.events = EPOLLIN, .data.u32 = b - all};
  epoll_ctl(watch, EPOLL_CTL_MOD, b->fd, &e);
  b->state = SHAKING;
  if (!put(b, hellos[(b - all) % hello_count].request)) shut(b, 1);
}

static void open_all(const char *order, double seconds, int again) {
  double began = now(), end = began + seconds * 1e3, all_accepted = 0;
  int next = 0;
  static struct epoll_event found[1024];
  for (int i = 0; i < count; i++) shut(&all[i], 0);
  accepted = joined = refused = lost = on_their_way = 0;
  while (joined < count && now() < end) {
    for (; next < count && on_their_way < at_once; next++) start(&all[next]);
    int k = epoll_wait(watch, found, 1024, 20);
    for (int j = 0; j < k; j++) {
      struct browser *b = &all[found[j].data.u32];
      const char *from;
      if (b->state == CONNECTING) {
        connected(b, found[j].events);
        continue;
      }
      if (b->state == CLOSED) continue;
      ssize_t n = take(b, &from);
      if (n < 0) {
        if (b->state == JOINED) joined--;
        shut(b, again);
      } else if (b->state == OPENED && n && memmem(from, n, join_mark, strlen(join_mark)))
        arrived(b);
    }
    if (!all_accepted && accepted >= count) all_accepted = now();
    double t = now();
    if (again || next >= count)
      for (int i = 0; i < next && on_their_way < at_once; i++)
        if (all[i].state == CLOSED && all[i].retry_at && all[i].retry_at <= t) start(&all[i]);
  }
  printf("%s %.3f %.3f %d %d\n", order, ((all_accepted ? all_accepted : now()) - began) / 1e3, (now() - began) / 1e3,
         joined, refused);
}

/* Until the time is over, or every socket that is open has MARK. */
static int listen_for(const char *mark, double began, double seconds) {
  static struct epoll_event found[1024];
  int got = 0, wanted = 0, length = strlen(mark);
  for (int i = 0; i < count; i++) all[i].hits = 0, wanted += all[i].state == JOINED;
  double end = began + seconds * 1e3;
  while ((!length || got < wanted) && now() < end) {
    int k = epoll_wait(watch, found, 1024, 20);
    double t = now();
    for (int j = 0; j < k; j++) {
      struct browser *b = &all[found[j].data.u32];
      const char *from;
      if (b->state == CLOSED) continue;
      ssize_t n = take(b, &from);
      if (n < 0) {
        if (b->state == JOINED) lost++, wanted -= !b->hits;
        shut(b, 0);
        continue;
      }
      for (const char *p = from; n && length && (p = memmem(p, from + n - p, mark, length)); p += length)
        if (!b->hits++) times[got++] = t - began;
    }
  }
  return got;
}

static void one_round(char *order) {
  int port, got, twice = 0;
  char path[512], mark[128];
  double seconds;
  if (sscanf(order, "round %d %511s %127s %lf", &port, path, mark, &seconds) != 4) fail("round");
  FILE *file = fopen(path, "rb");
  if (!file) fail(path);
  static char request[8192];
  size_t size = fread(request, 1, sizeof request, file);
  fclose(file);
  lost = 0;
  int fd = dial(port, 1);
  if (fd < 0) fail("dial");
  double began = now();
  if (write(fd, request, size) != (ssize_t)size) fail("write");
  got = listen_for(mark, began, seconds);
  for (int i = 0; i < count; i++) twice += all[i].hits > 1;
  printf("round %.2f %.2f %.2f %.2f %d %d %d\n", got ? times[0] : -1, got ? times[got / 2] : -1,
         got ? times[got * 99 / 100] : -1, got ? times[got - 1] : -1, got, lost, twice);
  close(fd);
}

static struct text piece(const char **p, const char *end) {
  struct text t;
  if (end - *p < 4) fail("hellos");
  memcpy(&t.length, *p, 4);
  t.bytes = *p + 4;
  *p += 4 + t.length;
  return t;
}

int main(int argc, char **argv) {
  if (argc != 6) return fputs("crowd: see the head of its source\n", stderr), 2;
  for (char *p = strtok(argv[1], ","); p && port_count < 16; p = strtok(NULL, ",")) ports[port_count++] = atoi(p);
  count = atoi(argv[2]), at_once = atoi(argv[3]), join_mark = argv[5];
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  FILE *file = fopen(argv[4], "rb");
  if (!file) fail(argv[4]);
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  char *bytes = malloc(size);
  if (!bytes || fread(bytes, 1, size, file) != (size_t)size) fail("hellos");
  hellos = calloc(count, sizeof *hellos);
  for (const char *p = bytes; p < bytes + size && hello_count < count; hello_count++) {
    hellos[hello_count].request = piece(&p, bytes + size);
    hellos[hello_count].frame = piece(&p, bytes + size);
  }
  all = calloc(count, sizeof *all), times = calloc(count, sizeof *times);
  for (int i = 0; i < count; i++) all[i].fd = -1;
  watch = epoll_create1(0);
  setvbuf(stdout, NULL, _IOLBF, 0);
  static char order[1024];
  int length = 0;
  for (;;) { /* between orders pings are answered */
    struct pollfd ready[2] = {{.fd = 0, .events = POLLIN}, {.fd = watch, .events = POLLIN}};
    if (poll(ready, 2, -1) < 0) fail("poll");
    if (ready[1].revents) listen_for("", now(), 0.02);
    if (!ready[0].revents) continue;
    ssize_t n = read(0, order + length, sizeof order - 1 - length);
    if (n <= 0) return 0;
    length += n;
    order[length] = 0;
    char *end = strchr(order, '\n');
    if (!end) continue;
    *end = 0, length = 0;
    double seconds = 0;
    if (sscanf(order, "open %lf", &seconds) == 1) open_all("open", seconds, 0);
    else if (sscanf(order, "again %lf", &seconds) == 1) open_all("again", seconds, 1);
    else if (sscanf(order, "idle %lf", &seconds) == 1) lost = 0, listen_for("", now(), seconds), printf("idle %d\n", lost);
    else if (!strncmp(order, "round ", 6)) one_round(order);
    else return fprintf(stderr, "crowd: %s?\n", order), 2;
  }
}
