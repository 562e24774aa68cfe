// A gRPC client in C++, against our server: client HOST:PORT [CERTIFICATES]
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "interop.grpc.pb.h"

using google::protobuf::Int64Value;
using google::protobuf::StringValue;

#define CHECK(condition)                                                      \
  if (!(condition)) {                                                         \
    std::cerr << "line " << __LINE__ << ": " #condition << std::endl;         \
    exit(1);                                                                  \
  }

static std::string read(const char* path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

static StringValue text(const std::string& value) {
  StringValue message;
  message.set_value(value);
  return message;
}

static Int64Value number(int64_t value) {
  Int64Value message;
  message.set_value(value);
  return message;
}

static std::chrono::system_clock::time_point in(int millis) {
  return std::chrono::system_clock::now() + std::chrono::milliseconds(millis);
}

int main(int argc, char** argv) {
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (argc > 2) {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = read(argv[2]);
    credentials = grpc::SslCredentials(tls);
  }
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(12 << 20);
  auto stub = Interop::NewStub(grpc::CreateCustomChannel(argv[1], credentials, arguments));

  for (const std::string& value : {std::string(), std::string("hello"), std::string(8 << 20, 'x')}) {
    for (bool compressed : {false, true}) {
      grpc::ClientContext context;
      if (compressed) {
        context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
      }
      StringValue answer;
      CHECK(stub->echo(&context, text(value), &answer).ok());
      CHECK(answer.value() == value);
    }
  }

  for (int code = 1; code <= 16; code++) {
    std::string why = "why: \u00fc\u20ac 100%\n";
    grpc::ClientContext context;
    StringValue answer;
    grpc::Status status = stub->fail(&context, text(std::to_string(code) + " " + why), &answer);
    CHECK(status.error_code() == code);
    CHECK(status.error_message() == why);
  }

  {
    grpc::ClientContext context;
    auto reader = stub->count(&context, number(10000));
    Int64Value next;
    int64_t expected = 1;
    while (reader->Read(&next)) {
      CHECK(next.value() == expected++);
    }
    CHECK(expected == 10001);
    CHECK(reader->Finish().ok());
  }
  {
    grpc::ClientContext context;
    Int64Value total;
    auto writer = stub->total(&context, &total);
    for (int i = 0; i <= 10000; i++) {
      CHECK(writer->Write(number(i)));
    }
    CHECK(writer->WritesDone());
    CHECK(writer->Finish().ok());
    CHECK(total.value() == 50005000);
  }
  {
    grpc::ClientContext context;
    auto talk = stub->talk(&context);
    for (int i = 0; i < 100; i++) {
      std::string word = "word " + std::to_string(i);
      StringValue answer;
      CHECK(talk->Write(text(word)));
      CHECK(talk->Read(&answer));
      CHECK(answer.value() == word + "!");
    }
    StringValue none;
    CHECK(talk->WritesDone());
    CHECK(!talk->Read(&none));
    CHECK(talk->Finish().ok());
  }
  {
    auto cancelled = [&] {
      grpc::ClientContext context;
      Int64Value answer;
      CHECK(stub->cancelled(&context, number(0), &answer).ok());
      return answer.value();
    };
    int64_t before = cancelled();
    grpc::ClientContext late;
    late.set_deadline(in(200));
    Int64Value answer;
    CHECK(stub->sleep(&late, number(60000), &answer).error_code() == grpc::DEADLINE_EXCEEDED);
    grpc::ClientContext gone;
    std::thread canceller([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      gone.TryCancel();
    });
    CHECK(stub->sleep(&gone, number(60000), &answer).error_code() == grpc::CANCELLED);
    canceller.join();
    while (cancelled() < before + 2) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  {
    grpc::ClientContext context;
    auto reader = stub->count(&context, number(int64_t{1} << 60));
    Int64Value next;
    for (int i = 1; i <= 3; i++) {
      CHECK(reader->Read(&next));
      CHECK(next.value() == i);
    }
    context.TryCancel();
    while (reader->Read(&next)) {
    }
    CHECK(reader->Finish().error_code() == grpc::CANCELLED);
  }
  {
    grpc::ClientContext context;
    std::string bytes;
    for (int i = 0; i < 256; i++) {
      bytes.push_back(static_cast<char>(i));
    }
    context.AddMetadata("text", "one");
    context.AddMetadata("data-bin", bytes);
    StringValue answer;
    CHECK(stub->reflect(&context, text(""), &answer).ok());
    const auto& trailers = context.GetServerTrailingMetadata();
    CHECK(trailers.find("text")->second == "one");
    CHECK(trailers.find("data-bin")->second == bytes);
  }
  std::cout << "interop: ok" << std::endl;
}
