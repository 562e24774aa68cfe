package io.gannet.consumer

import io.gannet.rpc.RpcClient
import io.gannet.rpc.RpcException
import io.gannet.rpc.RpcServer
import io.gannet.rpc.RpcStream
import io.gannet.transport.Client
import io.gannet.transport.Server
import java.time.Duration
import java.time.ZonedDateTime
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage

/** What a service is called with; the last may be absent. */
data class Book(
  val title: String,
  val authors: List<String>,
  val lentAt: ZonedDateTime,
  val note: String?,
  val copies: Int = 1,
)

interface Library {
  fun lend(book: Book): Book

  fun find(title: String): Book?

  fun count(): CompletionStage<Int>

  fun titles(): RpcStream<String>

  fun greet(name: String = "you"): String

  fun nothing()
}

interface Suspending {
  suspend fun lend(book: Book): Book
}

interface Callback {
  fun each(action: (Book) -> Unit)
}

class Shelf : Library {
  override fun lend(book: Book) = book

  override fun find(title: String): Book? = null

  override fun count(): CompletionStage<Int> = CompletableFuture.completedFuture(3)

  override fun titles(): RpcStream<String> = RpcStream.of("Ulysses", "Emma")

  override fun greet(name: String) = "hello $name"

  override fun nothing() {}
}

fun refused(expected: String, offer: () -> Unit) {
  try {
    offer()
  } catch (e: IllegalArgumentException) {
    check(e.message!!.contains(expected)) { "not refused for '$expected': ${e.message}" }
    return
  }
  error("not refused: $expected")
}

/** Calls in Kotlin: what each kind of type must be able to do. */
fun main() {
  println("consumer: Kotlin ${KotlinVersion.CURRENT}, Java ${Runtime.version()}")
  RpcServer.over(Server.tcp(0)).service(Library::class.java, Shelf()).start().use { server ->
    val builder =
      RpcClient.over(Client.tcp("localhost", server.port()))
        .connectionWait(Duration.ofMinutes(1)) // the machine may be busy
        .defaultTimeout(Duration.ofMinutes(1))
    builder.start().use { client ->
      val library = client.proxy(Library::class.java)
      val book = Book("Ulysses", listOf("James Joyce"), ZonedDateTime.now(), null, 2)
      check(library.lend(book) == book)
      check(library.find("Emma") == null)
      check(library.count().toCompletableFuture().get() == 3)
      check(library.titles().use { it.toList() } == listOf("Ulysses", "Emma"))
      check(library.greet() == "hello you")
      library.nothing()
      val absent = mapOf("title" to "Emma", "authors" to listOf<String>(), "lentAt" to book.lentAt)
      val lent = client.call("Library/lend", Book::class.java, absent)
      check(lent == Book("Emma", listOf(), book.lentAt, null, 1)) { "$lent" }
      try {
        client.call("Library/lend", Book::class.java, absent + ("title" to null))
        error("null for a type that can't be null")
      } catch (e: RpcException) {
        check(e.code().name == "INVALID_ARGUMENT") { "$e" }
      }
      refused("suspend fun") { client.proxy(Suspending::class.java) }
      refused("kotlin.jvm.functions.Function1") { client.proxy(Callback::class.java) }
    }
  }
  println("consumer: ok")
}
