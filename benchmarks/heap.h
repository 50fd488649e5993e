/*
 * A binary heap of 128-bit keys for the benchmark's C program, the least key first, and the memory that it grows in.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

__extension__ typedef unsigned __int128 u128;

/* There is always room for one item more: pop writes it. */
typedef struct {
    u128 *item;
    size_t size, room;
} Heap;

static void fail(const char *message)
{
    fprintf(stderr, "limit: %s\n", message);
    exit(2);
}

/* The same memory, with twice the room (counted in elements of a size in bytes). */
static void *grown(void *old, size_t *room, size_t size)
{
    size_t now = *room ? 2 * *room : 1024;
    void *new = realloc(old, now * size);
    if (!new) fail("no memory left");
    *room = now;
    return new;
}

static void push(Heap *heap, u128 item)
{
    if (heap->size + 1 >= heap->room) heap->item = grown(heap->item, &heap->room, sizeof item);
    u128 *at = heap->item;
    size_t hole = heap->size++;
    while (hole && item < at[(hole - 1) / 2]) {
        at[hole] = at[(hole - 1) / 2];
        hole = (hole - 1) / 2;
    }
    at[hole] = item;
}

/* The hole sinks to a leaf along the smaller children, then the last item rises from there. */
static u128 pop(Heap *heap)
{
    u128 *at = heap->item, first = at[0], last = at[--heap->size];
    size_t size = heap->size, hole = 0, child;
    at[size] = ~(u128)0; /* a single child has a brother that is never smaller */
    while ((child = 2 * hole + 1) < size) {
        child += at[child + 1] < at[child];
        at[hole] = at[child];
        hole = child;
    }
    while (hole && last < at[(hole - 1) / 2]) {
        at[hole] = at[(hole - 1) / 2];
        hole = (hole - 1) / 2;
    }
    at[hole] = last;
    return first;
}
