/*
 * The benchmark funnel in C: how fast a machine can run it when nothing but the model is programmed.
 *
 * Algorithm and draws are of the compiled engine's kind (binary heap of events, pure delays collapsed, patience with
 * lazy deletion, one keyed Philox draw by inversion for each decision); the code is independent, and there is no log.
 *
 *     cc -O3 -march=native limit.c -o limit -lm
 *     limit LEADS SDRS AES SEED FIRST_REPLICATION REPLICATIONS
 *
 * prints one line of JSON: means over the replications of wins, revenue, leads gone cold, days that a lead served by
 * an SDR waited, events taken from the agenda (stale patience included) and CPU seconds of the loop; peak memory in
 * bytes; and for each replication [wins, revenue, cold, wait, events, cpu] in "runs".
 *
 * Time is in days from 0; the year ends at 365 and no event at or after its end happens. The funnel: leads arrive by
 * a Poisson process; three nurture delays; some are marketing-qualified and handed to a pool of SDRs (higher score
 * first) while their patience lasts; some are accepted and cross three stages, each of which is work by a pool of
 * AEs (later stage first), a loss or not, and a wait of the buyer's; those that pass the last stage are wins.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "draws.h"
#include "heap.h"

enum { CHANNELS = 3, STEPS = 3, STAGES = 3 };

static const double YEAR = 365.0;
static const double SHARE[CHANNELS] = {0.50, 0.35, 0.15};
static const double SCORE_MEAN[CHANNELS] = {40.0, 55.0, 70.0};
static const double SCORE_SD = 15.0;
static const double MQL_PROBABILITY[CHANNELS] = {0.30, 0.45, 0.65};
static const double SQL_PROBABILITY[CHANNELS] = {0.35, 0.40, 0.55};
static const double PATIENCE_MEAN = 3.0;
static const double LOSS[STAGES] = {0.35, 0.30, 0.50};

/* A lognormal law. */
typedef struct {
    double log_median, sigma;
} Law;

typedef struct {
    Law nurture, handling, work[STAGES], buyer[STAGES], value[CHANNELS];
} Laws;

/* The numbers are those of sim/draws.py; the last is this program's own. */
enum Purpose {
    ARRIVAL_TIME = 2, VALUE = 14, SCORE = 15, MQL = 16, STEP = 17, SDR_PATIENCE = 30, CONVERSATION_EFFORT = 33,
    ACCEPT = 34, STAGE_EFFORT = 41, CAUSE = 42, SOJOURN = 43, CHANNEL = 100
};
enum Tag { TAG_LEAD = 2, TAG_OPPORTUNITY = 3 };

/* In the order in which events of one instant happen. */
enum Kind { ARRIVAL, NURTURED, GONE_COLD, HANDLED, WORKED, BUYER_DONE };
enum Status { FREE, NURTURE, WAITING, WITH_SDR, OPEN };

typedef struct {
    uint64_t id, key; /* number of the lead from 0; key of its draws */
    double since;     /* when it joined the SDR queue, days */
    uint32_t next;    /* next free slot */
    uint8_t channel, score, stage, status;
} Slot;

typedef struct {
    Laws laws;
    Heap agenda, sdr_queue, ae_queue;
    Slot *slot;
    size_t slots, slot_room;
    uint32_t free_slot; /* first of the list, NIL at its end */
    uint64_t stream, arrivals;
    double mean_gap;
    int64_t sdrs_idle, aes_idle;
    int64_t wins, cold, served, events;
    double revenue, waited;
} World;

#define NIL UINT32_MAX
enum { SLOT_BITS = 22, ID_BITS = 36 };

/* ---- Laws ----------------------------------------------------------------------------------------------------- */

static inline double lognormal(Law law, double u)
{
    return exp(law.log_median + law.sigma * normal_quantile(u));
}

static inline double exponential(double mean, double u)
{
    return -mean * log(1.0 - u);
}

static Law of_mean(double mean, double sigma)
{
    return (Law){log(mean) - 0.5 * sigma * sigma, sigma};
}

static Laws make_laws(void)
{
    /* Nobody waits after the last stage; its law is never asked for. */
    return (Laws){
        .nurture = of_mean(4.0, 0.8),
        .handling = of_mean(0.2, 0.6),
        .work = {of_mean(0.25, 0.5), of_mean(0.40, 0.5), of_mean(0.30, 0.5)},
        .buyer = {of_mean(5.0, 0.7), of_mean(10.0, 0.7)},
        .value = {{log(8000.0), 0.8}, {log(12000.0), 0.8}, {log(20000.0), 0.8}},
    };
}

/* ---- Queues --------------------------------------------------------------------------------------------------- */

/* Non-negative doubles sort like their bits, so a whole order fits one 128-bit number:
 * event: time 64 | kind 6 | id 36 | slot 22;  queue: class 7 (lower first) | since 63 | id 36 | slot 22. */
static inline uint64_t bits_of(double time)
{
    uint64_t bits;
    memcpy(&bits, &time, sizeof bits);
    return bits;
}

static inline double time_of(u128 event)
{
    uint64_t bits = (uint64_t)(event >> 64);
    double time;
    memcpy(&time, &bits, sizeof time);
    return time;
}

static inline uint32_t slot_of(u128 item) { return (uint32_t)item & ((UINT32_C(1) << SLOT_BITS) - 1); }
static inline uint64_t id_of(u128 item) { return ((uint64_t)item >> SLOT_BITS) & ((UINT64_C(1) << ID_BITS) - 1); }
static inline enum Kind kind_of(u128 event) { return (enum Kind)((uint64_t)event >> (ID_BITS + SLOT_BITS)); }

static inline void schedule(World *w, double time, enum Kind kind, uint64_t id, uint32_t slot)
{
    if (!(time < YEAR)) return;
    uint64_t low = ((uint64_t)kind << (ID_BITS + SLOT_BITS)) | (id << SLOT_BITS) | slot;
    push(&w->agenda, ((u128)bits_of(time) << 64) | low);
}

static inline void enqueue(Heap *queue, unsigned class, double since, uint64_t id, uint32_t slot)
{
    u128 order = ((u128)class << 63) | bits_of(since);
    push(queue, (order << (ID_BITS + SLOT_BITS)) | (id << SLOT_BITS) | slot);
}

/* ---- The funnel ----------------------------------------------------------------------------------------------- */

static inline double draw(const World *w, const Slot *lead, enum Purpose purpose, uint32_t turn)
{
    return uniform(w->stream, lead->key, purpose, turn);
}

static uint32_t new_slot(World *w)
{
    uint32_t slot = w->free_slot;
    if (slot != NIL) {
        w->free_slot = w->slot[slot].next;
        return slot;
    }
    if (w->slots >> SLOT_BITS) fail("more leads are alive at once than the program can number");
    if (w->slots == w->slot_room) w->slot = grown(w->slot, &w->slot_room, sizeof *w->slot);
    return (uint32_t)w->slots++;
}

static void leave(World *w, uint32_t slot)
{
    w->slot[slot].status = FREE;
    w->slot[slot].next = w->free_slot;
    w->free_slot = slot;
}

/* Takes a slot for the lead that arrives next and schedules its arrival. */
static void expect_arrival(World *w, double now)
{
    uint64_t id = w->arrivals++, key = child_key(0, TAG_LEAD, id);
    double time = now + exponential(w->mean_gap, uniform(w->stream, key, ARRIVAL_TIME, 0));
    if (!(time < YEAR)) return;
    uint32_t slot = new_slot(w);
    w->slot[slot] = (Slot){.id = id, .key = key, .status = NURTURE};
    schedule(w, time, ARRIVAL, id, slot);
}

static void happen(World *w, double now, enum Kind kind, uint64_t id, uint32_t slot)
{
    Slot *lead = &w->slot[slot];
    const Laws *laws = &w->laws;
    switch (kind) {
    case ARRIVAL: {
        double u = draw(w, lead, CHANNEL, 0), time = now;
        lead->channel = (uint8_t)((u >= SHARE[0]) + (u >= SHARE[0] + SHARE[1]));
        for (uint32_t step = 0; step < STEPS; step++) time += lognormal(laws->nurture, draw(w, lead, STEP, step));
        schedule(w, time, NURTURED, id, slot);
        if (!(time < YEAR)) leave(w, slot);
        expect_arrival(w, now);
        break;
    }
    case NURTURED:
        if (draw(w, lead, MQL, 0) < MQL_PROBABILITY[lead->channel]) {
            double raw = SCORE_MEAN[lead->channel] + SCORE_SD * normal_quantile(draw(w, lead, SCORE, 0));
            lead->score = (uint8_t)fmin(fmax(raw, 0.0), 100.0);
            lead->since = now;
            lead->status = WAITING;
            schedule(w, now + exponential(PATIENCE_MEAN, draw(w, lead, SDR_PATIENCE, 0)), GONE_COLD, id, slot);
            enqueue(&w->sdr_queue, 100u - lead->score, now, id, slot);
        } else {
            leave(w, slot);
        }
        break;
    case GONE_COLD:
        if (lead->id == id && lead->status == WAITING) {
            w->cold++;
            leave(w, slot);
        }
        break;
    case HANDLED:
        w->sdrs_idle++;
        if (draw(w, lead, ACCEPT, 0) < SQL_PROBABILITY[lead->channel]) {
            lead->key = child_key(lead->key, TAG_OPPORTUNITY, 0);
            lead->status = OPEN;
            enqueue(&w->ae_queue, STAGES - 1u, now, id, slot);
        } else {
            leave(w, slot);
        }
        break;
    case WORKED:
        w->aes_idle++;
        if (draw(w, lead, CAUSE, lead->stage) < LOSS[lead->stage]) {
            leave(w, slot);
        } else if (lead->stage < STAGES - 1) {
            double wait = lognormal(laws->buyer[lead->stage], draw(w, lead, SOJOURN, lead->stage));
            schedule(w, now + wait, BUYER_DONE, id, slot);
        } else {
            w->wins++;
            w->revenue += lognormal(laws->value[lead->channel], draw(w, lead, VALUE, 0));
            leave(w, slot);
        }
        break;
    case BUYER_DONE:
        lead->stage++;
        enqueue(&w->ae_queue, STAGES - 1u - lead->stage, now, id, slot);
        break;
    }
}

/* Idle reps take the first of their queues; leads that have gone cold are thrown away when they come up. */
static void dispatch(World *w, double now)
{
    while (w->sdrs_idle && w->sdr_queue.size) {
        u128 item = pop(&w->sdr_queue);
        Slot *lead = &w->slot[slot_of(item)];
        if (lead->id != id_of(item) || lead->status != WAITING) continue;
        w->sdrs_idle--;
        w->served++;
        w->waited += now - lead->since;
        lead->status = WITH_SDR;
        double effort = lognormal(w->laws.handling, draw(w, lead, CONVERSATION_EFFORT, 0));
        schedule(w, now + effort, HANDLED, lead->id, slot_of(item));
    }
    while (w->aes_idle && w->ae_queue.size) {
        u128 item = pop(&w->ae_queue);
        const Slot *lead = &w->slot[slot_of(item)];
        w->aes_idle--;
        double effort = lognormal(w->laws.work[lead->stage], draw(w, lead, STAGE_EFFORT, lead->stage));
        schedule(w, now + effort, WORKED, lead->id, slot_of(item));
    }
}

static void run(World *w)
{
    expect_arrival(w, 0.0);
    while (w->agenda.size) {
        u128 event = pop(&w->agenda);
        double now = time_of(event);
        w->events++;
        happen(w, now, kind_of(event), id_of(event), slot_of(event));
        /* Teams look at their queues when the instant is over. */
        if (!w->agenda.size || time_of(w->agenda.item[0]) > now) dispatch(w, now);
    }
}

/* An empty world for a replication, in the memory of the one before. */
static void clear(World *w, int64_t leads, int64_t sdrs, int64_t aes, uint64_t stream)
{
    World fresh = {.laws = make_laws(), .agenda = w->agenda, .sdr_queue = w->sdr_queue, .ae_queue = w->ae_queue,
        .slot = w->slot, .slot_room = w->slot_room, .free_slot = NIL, .stream = stream,
        .mean_gap = YEAR / (double)leads, .sdrs_idle = sdrs, .aes_idle = aes};
    fresh.agenda.size = fresh.sdr_queue.size = fresh.ae_queue.size = 0;
    *w = fresh;
}

/* ---- The program ---------------------------------------------------------------------------------------------- */

static double cpu_seconds(void)
{
    struct timespec spent;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent)) fail("no clock of CPU time");
    return (double)spent.tv_sec + 1e-9 * (double)spent.tv_nsec;
}

static int64_t whole(const char *text, int64_t least)
{
    char *end;
    errno = 0;
    int64_t number = strtoll(text, &end, 10);
    if (errno || end == text || *end) fail("arguments are whole numbers");
    if (number < least || number > INT64_C(1) << 32) fail("an argument is too small or too large");
    return number;
}

enum { FIGURES = 6 };
static const char *const FIGURE[FIGURES] = {"wins", "revenue", "cold", "wait", "events", "cpu"};

int main(int count, char **argument)
{
    if (count != 7) fail("usage: limit LEADS SDRS AES SEED FIRST_REPLICATION REPLICATIONS");
    int64_t leads = whole(argument[1], 1), sdrs = whole(argument[2], 0), aes = whole(argument[3], 0);
    int64_t seed = whole(argument[4], 0), first = whole(argument[5], 0), runs = whole(argument[6], 1);
    World world = {.slots = 0};
    double mean[FIGURES] = {0};
    double(*figures)[FIGURES] = calloc((size_t)runs, sizeof *figures);
    if (!figures) fail("no memory left");
    for (int64_t i = 0; i < runs; i++) {
        double begun = cpu_seconds();
        clear(&world, leads, sdrs, aes, stream_key((uint64_t)seed, (uint64_t)(first + i)));
        run(&world);
        double spent = cpu_seconds() - begun;
        double row[FIGURES] = {(double)world.wins, world.revenue, (double)world.cold,
            world.served ? world.waited / (double)world.served : 0.0, (double)world.events, spent};
        for (int f = 0; f < FIGURES; f++) mean[f] += (figures[i][f] = row[f]) / (double)runs;
    }
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage)) fail("the system does not say how much memory was used");
    printf("{");
    for (int f = 0; f < FIGURES; f++) printf("\"%s\": %.17g, ", FIGURE[f], mean[f]);
    printf("\"rss\": %" PRId64 ", \"runs\": [", (int64_t)usage.ru_maxrss * 1024);
    for (int64_t i = 0; i < runs; i++)
        for (int f = 0; f < FIGURES; f++)
            printf("%s%.17g%s", f ? ", " : i ? ", [" : "[", figures[i][f], f == FIGURES - 1 ? "]" : "");
    printf("]}\n");
    free(figures);
    free(world.agenda.item);
    free(world.sdr_queue.item);
    free(world.ae_queue.item);
    free(world.slot);
    return 0;
}
