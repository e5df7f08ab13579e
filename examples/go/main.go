// Makes an API key, chats with it, revokes it, and waits until it is refused: the life of a key over gRPC.
//
// WEIR_ADMIN_TOKEN, WEIR_ADMIN_ADDRESS and WEIR_GRPC_ADDRESS say where and as whom; WEIR_MODEL, with which model.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	admin "example.com/weir-client/gen/weir/admin/v1"
	weir "example.com/weir-client/gen/weir/v1"
)

const patience = 10 * time.Second

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	administration := dial(setting("WEIR_ADMIN_ADDRESS", "127.0.0.1:50052"))
	gateway := dial(setting("WEIR_GRPC_ADDRESS", "127.0.0.1:50051"))
	users := admin.NewUserServiceClient(administration)
	keys := admin.NewApiKeyServiceClient(administration)
	chats := weir.NewChatServiceClient(gateway)
	asAdmin := as(ctx, os.Getenv("WEIR_ADMIN_TOKEN"))

	user, err := users.CreateUser(asAdmin, &admin.CreateUserRequest{UserId: fmt.Sprintf("go-%d", time.Now().UnixNano())})
	check(err)
	made, err := keys.CreateApiKey(asAdmin, &admin.CreateApiKeyRequest{
		Parent:   user.User.Name,
		ApiKeyId: "laptop",
		ApiKey:   &admin.ApiKey{Scopes: &admin.ApiKeyScopes{Operations: []admin.ApiKeyOperation{admin.ApiKeyOperation_API_KEY_OPERATION_CHAT}}},
	})
	check(err)
	fmt.Println("made", made.ApiKey.Name, made.ApiKey.Hint)

	asCaller := as(ctx, made.Secret)
	reply, err := chats.CreateChatCompletion(asCaller, question())
	check(err)
	fmt.Println("answered by", reply.Summary.GetModel(), "with configuration", reply.Summary.GetConfigurationVersion())

	_, err = keys.RevokeApiKey(asAdmin, &admin.RevokeApiKeyRequest{Name: made.ApiKey.Name, Reason: "the example is over"})
	check(err)
	revoked := time.Now()
	for time.Since(revoked) < patience {
		_, err = chats.CreateChatCompletion(asCaller, question())
		if err != nil {
			fmt.Printf("refused after %v: %v %s\n", time.Since(revoked).Round(time.Millisecond), status.Code(err), reason(err))
			return
		}
	}
	log.Fatal("the key still works")
}

func question() *weir.CreateChatCompletionRequest {
	text := &weir.ChatMessage{Role: weir.Role_ROLE_USER, ContentKind: &weir.ChatMessage_Content{Content: "hello"}}
	return &weir.CreateChatCompletionRequest{Chat: &weir.ChatRequest{
		Model: setting("WEIR_MODEL", "weir-demo"), Messages: []*weir.ChatMessage{text},
	}}
}

func reason(err error) string {
	for _, detail := range status.Convert(err).Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			return info.Reason
		}
	}
	return "without a reason"
}

func dial(address string) *grpc.ClientConn {
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(err)
	return connection
}

func as(ctx context.Context, credential string) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+credential)
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
